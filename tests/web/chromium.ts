/** A real browser without a window, led through its DevTools protocol: nothing has to be installed for it. */
import assert from "node:assert/strict";

/** What the browsers of this family are called. */
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** WebGPU on the processor, whatever the machine has: SwiftShader comes with the browser. */
const FLAGS = [
  ...["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--no-first-run"],
  ...["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader", "--ignore-gpu-blocklist"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  ...["--mute-audio", "--hide-scrollbars", "--force-color-profile=srgb"],
];

/** The browser on this machine, or `undefined`, which is said loudly. */
export const BROWSER: string | undefined = findBrowser();

function findBrowser(): string | undefined {
  for (const name of NAMES) {
    try {
      const { success } = new Deno.Command("sh", { args: ["-c", `command -v ${name}`] })
        .outputSync();
      if (success) return name;
    } catch {
      break;
    }
  }
  console.warn(
    "WITHOUT chromium THE TESTS IN A BROWSER ARE SKIPPED. Debian, Ubuntu: apt-get install chromium",
  );
}

/** A test in a browser; without one it is ignored. */
export function inBrowser(name: string, test: (browser: Chromium) => Promise<void>) {
  Deno.test({
    name,
    ignore: BROWSER === undefined,
    async fn() {
      const browser = await Chromium.start();
      try {
        await test(browser);
      } finally {
        await browser.close();
      }
    },
  });
}

// deno-lint-ignore no-explicit-any
type Message = any;

/** The browser's process. */
export class Chromium {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #folder: string;
  readonly #reading: Promise<void>;
  readonly #waiting = new Map<
    number,
    { resolve: (result: Message) => void; reject: (e: Error) => void }
  >();
  readonly #pages = new Map<string, (message: Message) => void>();
  #last = 0;

  private constructor(process: Deno.ChildProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
    this.#writer = process.stdin.getWriter();
    this.#reading = this.#read();
  }

  static async start(): Promise<Chromium> {
    const folder = await Deno.makeTempDir();
    // The protocol comes and goes through file descriptors 3 and 4: no port, no permission to use one.
    const script = 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1';
    const args = [...FLAGS, "--remote-debugging-pipe", `--user-data-dir=${folder}`, "about:blank"];
    const process = new Deno.Command("sh", {
      args: ["-c", script, BROWSER!, ...args],
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
    const page = new Page(this, sessionId);
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

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Runs before the page's own programs. */
  readonly before?: string;
}

/** One page. */
export class Page {
  readonly #browser: Chromium;
  readonly #session: string;
  #loaded: (() => void) | undefined;
  /** What the console was told as an error or a warning, and exceptions. */
  readonly complaints: string[] = [];
  /** Addresses that were asked for. */
  readonly requests: string[] = [];

  constructor(browser: Chromium, session: string) {
    this.#browser = browser;
    this.#session = session;
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
    return this.#browser.ask(method, params, this.#session);
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

  /** The value of an expression, a promise's too. */
  async evaluate<T = unknown>(expression: string): Promise<T> {
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.ask("Runtime.evaluate", options);
    assert.equal(exceptionDetails, undefined, exceptionDetails?.exception?.description);
    return result.value;
  }

  /** Waits until an expression is true. @throws Error with what the page shows when it takes too long */
  async until(expression: string, seconds = 120) {
    const end = performance.now() + 1000 * seconds;
    while (performance.now() < end) {
      if (await this.evaluate<boolean>(`Boolean(${expression})`)) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
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

  /** A JPEG of the page from its top, as wide as the window. */
  async picture(height: number, scale = 1): Promise<Uint8Array> {
    const width = await this.evaluate<number>("innerWidth");
    const { data } = await this.ask("Page.captureScreenshot", {
      ...{ format: "jpeg", quality: 80, captureBeyondViewport: true },
      clip: { x: 0, y: 0, width, height, scale },
    });
    return Uint8Array.fromBase64(data);
  }
}
