/** A real browser without a window, led through its DevTools protocol: nothing has to be installed for it. */
import { UserError } from "../errors.ts";
import { Page, type PageOptions } from "./page.ts";

/** Finds and starts it. */
const PROGRAM = decodeURIComponent(new URL("chromium.sh", import.meta.url).pathname);

/** WebGPU on the processor, whatever the machine has: SwiftShader comes with the browser. */
const FLAGS = [
  ...["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run"],
  ...["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--ignore-gpu-blocklist"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  ...["--mute-audio", "--hide-scrollbars", "--force-color-profile=srgb"],
];

/** What there is to do where there is none. */
const NO_BROWSER = "no Chromium is on the PATH. Debian, Ubuntu: apt-get install chromium";

/** Whether there is such a browser on this machine. */
export function browserThere(): boolean {
  try {
    return new Deno.Command(PROGRAM, { args: ["--find"] }).outputSync().success;
  } catch {
    return false; // a system without sh
  }
}

// deno-lint-ignore no-explicit-any
export type Message = any;

interface Waiting {
  resolve(result: Message): void;
  reject(error: Error): void;
}

/** The browser's process. */
export class Chromium {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #folder: string;
  readonly #reading: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #pages = new Map<string, (message: Message) => void>();
  #last = 0;

  private constructor(process: Deno.ChildProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
    this.#writer = process.stdin.getWriter();
    this.#reading = this.#read();
  }

  /**
   * @param folder for all that it writes, removed when it is closed
   * @throws UserError where there is none
   */
  static start(folder: string): Chromium {
    if (!browserThere()) throw new UserError(NO_BROWSER);
    const process = new Deno.Command(PROGRAM, {
      args: [...FLAGS, `--user-data-dir=${folder}`, "about:blank"],
      stdin: "piped",
      stdout: "piped",
      env: { XDG_RUNTIME_DIR: folder },
    }).spawn();
    return new Chromium(process, folder);
  }

  async #read() {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of this.#process.stdout) {
      const messages = (rest + decoder.decode(bytes, { stream: true })).split("\0");
      rest = messages.pop()!;
      for (const message of messages) this.#take(JSON.parse(message));
    }
    for (const { reject } of this.#waiting.values()) reject(new Error("the browser has ended"));
    this.#waiting.clear();
  }

  #take(message: Message) {
    if (message.id === undefined) return this.#pages.get(message.sessionId)?.(message);
    const { resolve, reject } = this.#waiting.get(message.id) ?? {};
    this.#waiting.delete(message.id);
    if (message.error) reject?.(new Error(message.error.message));
    else resolve?.(message.result);
  }

  /** Asks the browser, or one of its pages. */
  async ask(method: string, params: Message = {}, sessionId?: string): Promise<Message> {
    const id = ++this.#last;
    const answer = new Promise<Message>((resolve, reject) =>
      this.#waiting.set(id, { resolve, reject })
    );
    const text = JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) });
    await this.#writer.write(new TextEncoder().encode(text + "\0"));
    return await answer;
  }

  async open(options: PageOptions = {}): Promise<Page> {
    const { targetId } = await this.ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.ask("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page((method, params) => this.ask(method, params, sessionId));
    this.#pages.set(sessionId, (message) => page.hear(message));
    await page.prepare(options);
    return page;
  }

  async close() {
    await this.ask("Browser.close").catch(() => {});
    await this.#writer.close().catch(() => {});
    await this.#process.status;
    await this.#reading;
    // Children of the browser may still be writing there.
    for (let time = 0; time < 20; time++) {
      try {
        return await Deno.remove(this.#folder, { recursive: true });
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }
}
