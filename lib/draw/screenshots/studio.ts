/** What pictures are taken with: a browser, a folder, and what has been made already. */
import { resolve } from "node:path";
import { Chromium } from "../../browser/chromium.ts";
import type { Page } from "../../browser/page.ts";
import { type Served, serveFolder } from "../../browser/serve.ts";
import { runToEnd } from "./commands.ts";

/** CSS pixels of the window. Documents are shown about as wide, so that letters can be read there. */
const WIDTH = 1000;

export class Studio {
  /** For all that is made on the way. */
  readonly folder: string;
  readonly #browser: Chromium;
  readonly #made = new Map<string, Promise<unknown>>();
  #site: Served | undefined;

  /** @param folder an empty one @throws UserError where there is no browser */
  constructor(folder: string) {
    this.folder = resolve(folder);
    this.#browser = Chromium.start(`${this.folder}/browser`);
  }

  /** What several pictures need is made for the first. @param what its name */
  once<T>(what: string, make: () => Promise<T>): Promise<T> {
    const made = this.#made.get(what) ?? make();
    this.#made.set(what, made);
    return made as Promise<T>;
  }

  /** Opens a page. */
  async open(url: string): Promise<Page> {
    const page = await this.#browser.open({ width: WIDTH });
    await page.go(url);
    return page;
  }

  /** The address of the page that runs the network. */
  site(): Promise<string> {
    return this.once("site", async () => {
      await runToEnd(this.folder, "web:build", "--out", "web");
      this.#site = await serveFolder(`${this.folder}/web`);
      return this.#site.url;
    });
  }

  async close() {
    await this.#browser.close();
    await this.#site?.close();
  }
}
