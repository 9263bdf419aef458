/** A page in a browser: what it shows and says, and what a person would do there. */
import type { Message } from "./chromium.ts";

export interface PageOptions {
  /** In CSS pixels. */
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Runs before the page's own programs. */
  readonly before?: string;
}

/** Milliseconds between two looks at what is waited for. */
const PAUSE = 100;

export class Page {
  readonly #ask: (method: string, params: Message) => Promise<Message>;
  #loaded: (() => void) | undefined;
  /** What the console was told as an error or a warning, and exceptions. */
  readonly complaints: string[] = [];
  /** Addresses that were asked for. */
  readonly requests: string[] = [];

  constructor(ask: (method: string, params: Message) => Promise<Message>) {
    this.#ask = ask;
  }

  hear({ method, params }: Message) {
    if (method === "Page.loadEventFired") this.#loaded?.();
    else if (method === "Runtime.exceptionThrown") {
      const { text, exception } = params.exceptionDetails;
      this.complaints.push(`${text} ${exception?.description ?? ""}`);
    } else if (method === "Runtime.consoleAPICalled" && /error|warning|assert/.test(params.type)) {
      this.complaints.push(
        params.args.map((arg: Message) => arg.description ?? arg.value).join(" "),
      );
    } else if (method === "Log.entryAdded" && /error|warning/.test(params.entry.level)) {
      this.complaints.push(`${params.entry.text} ${params.entry.url ?? ""}`);
    } else if (method === "Network.requestWillBeSent") this.requests.push(params.request.url);
  }

  ask(method: string, params: Message = {}): Promise<Message> {
    return this.#ask(method, params);
  }

  async prepare({ width = 1280, height = 900, dark = false, before }: PageOptions) {
    for (const domain of ["Page", "Runtime", "Log", "Network", "DOM"]) {
      await this.ask(`${domain}.enable`);
    }
    await this.resize(width, height);
    await this.emulate(dark ? "dark" : "light");
    if (before) await this.ask("Page.addScriptToEvaluateOnNewDocument", { source: before });
  }

  async resize(width: number, height: number) {
    const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.ask("Emulation.setDeviceMetricsOverride", metrics);
  }

  /** What the reader prefers. */
  async emulate(scheme: "light" | "dark") {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await this.ask("Emulation.setEmulatedMedia", { features });
  }

  /** Opens an address, and waits until the browser has loaded what it names. */
  async go(url: string) {
    const loaded = new Promise<void>((resolve) => this.#loaded = resolve);
    await this.ask("Page.navigate", { url });
    await loaded;
  }

  /** The value of an expression, a promise's too. @throws Error as the page does */
  async evaluate<T = unknown>(expression: string): Promise<T> {
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.ask("Runtime.evaluate", options);
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** Waits until an expression is true. @throws Error with what the page shows when it takes too long */
  async until(expression: string, seconds = 120) {
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end) {
      if (await this.evaluate<boolean>(`Boolean(${expression})`)) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    const text = await this.evaluate<string>("document.body.innerText.slice(0, 1500)");
    throw new Error(
      `${expression} is not so after ${seconds} s. ${this.complaints.join("; ")}\n${text}`,
    );
  }

  /** The text of an element. */
  text(id: string): Promise<string> {
    return this.evaluate(`document.getElementById("${id}").innerText`);
  }

  /** How many elements a selector finds. */
  count(selector: string): Promise<number> {
    return this.evaluate(`document.querySelectorAll(${JSON.stringify(selector)}).length`);
  }

  /** Chooses a file as a person would. */
  async chooseFile(selector: string, path: string) {
    const { root } = await this.ask("DOM.getDocument");
    const { nodeId } = await this.ask("DOM.querySelector", { nodeId: root.nodeId, selector });
    await this.ask("DOM.setFileInputFiles", { nodeId, files: [path] });
  }

  async press(key: string) {
    for (const type of ["keyDown", "keyUp"]) {
      const code = { Tab: 9, ArrowRight: 39, ArrowLeft: 37, Enter: 13, " ": 32 }[key] ?? 0;
      const text = type === "keyDown" && key === "Enter" ? "\r" : undefined;
      await this.ask("Input.dispatchKeyEvent", { type, key, windowsVirtualKeyCode: code, text });
    }
  }

  /** Moves the pointer, to CSS pixels of the window. */
  async point(x: number, y: number) {
    await this.ask("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
  }

  /** Closes it: nothing of it goes on. */
  async close() {
    await this.ask("Page.close");
  }

  /** A JPEG of a part of the page, as wide as the window. @param scale pixels for each CSS pixel */
  async picture({ from = 0, height, scale = 1 }: Shot): Promise<Uint8Array> {
    const width = await this.evaluate<number>("innerWidth");
    const { data } = await this.ask("Page.captureScreenshot", {
      ...{ format: "jpeg", quality: 80, captureBeyondViewport: true },
      clip: { x: 0, y: from, width, height, scale },
    });
    return Uint8Array.fromBase64(data);
  }
}

/** Which part of a page a picture shows, in CSS pixels from its top. */
export interface Shot {
  readonly from?: number;
  readonly height: number;
  readonly scale?: number;
}
