/** A contender's process, as the benchmark sees it. */
import { messageOf } from "../../lib/errors.ts";
import {
  type CheckReply,
  lines,
  type PredictReply,
  type Ready,
  type Request,
  type TrainReply,
} from "./protocol.ts";

/** How a contender is started. */
export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What to do where it cannot be started. */
  readonly hint: string;
  /** Whether it must compute on the adapter that ours computes on. */
  readonly sameAdapter: boolean;
}

/** A contender that cannot go on, and why. */
export class ContenderError extends Error {}

/** A check with TensorFlow.js on a busy software adapter takes half as long. */
const LIMIT_SECONDS = 900;

type ReplyTo<R extends Request> = R extends { do: "check" } ? CheckReply
  : R extends { do: "train" } ? TrainReply
  : PredictReply;

export class ContenderProcess {
  readonly name: string;
  readonly #child: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: AsyncGenerator<string>;
  readonly #complaint: Promise<string>;
  #ready: Ready = { version: "", adapter: "" };

  private constructor(name: string, child: Deno.ChildProcess) {
    this.name = name;
    this.#child = child;
    this.#requests = child.stdin.getWriter();
    this.#lines = lines(child.stdout);
    this.#complaint = complaintIn(child.stderr);
  }

  /**
   * Starts a contender and waits until it has read the workload.
   * @throws ContenderError when it is not installed, or ends
   */
  static async start(launch: Launch, workload: string): Promise<ContenderProcess> {
    const { name, command, args, env = {}, hint } = launch;
    let child: Deno.ChildProcess;
    try {
      const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
      child = new Deno.Command(command, { args: [...args, workload], env, ...pipes }).spawn();
    } catch (error) {
      throw new ContenderError(`${messageOf(error)}. ${hint}`);
    }
    const contender = new ContenderProcess(name, child);
    try {
      const { version, adapter, remark } = await contender.#reply();
      if (typeof version !== "string" || typeof adapter !== "string") throw strangeReply();
      contender.#ready = { version, adapter, ...(typeof remark === "string" ? { remark } : {}) };
      return contender;
    } catch (error) {
      await contender.close();
      if (error instanceof ContenderError) error.message += `. ${hint}`;
      throw error;
    }
  }

  get ready(): Ready {
    return this.#ready;
  }

  /** @throws ContenderError when the contender cannot do it, ends, or takes too long */
  async request<R extends Request>(request: R): Promise<ReplyTo<R>> {
    try {
      await this.#requests.write(new TextEncoder().encode(JSON.stringify(request) + "\n"));
    } catch {
      throw new ContenderError(await this.#lastWords());
    }
    const fields = await this.#reply();
    if (typeof fields.error === "string") throw new ContenderError(fields.error);
    const result = request.do === "check"
      ? {
        answers: numbers(fields.answers),
        losses: numbers(fields.losses),
        changes: named(fields.changes),
      }
      : request.do === "train"
      ? { seconds: number(fields.seconds), loss: number(fields.loss) }
      : { seconds: number(fields.seconds), answers: numbers(fields.answers) };
    return result as ReplyTo<R>;
  }

  /** Ends the process, which has nothing to save. */
  async close() {
    this.#kill();
    await this.#child.status;
    await this.#requests.close().catch(() => {});
    for await (const _ of this.#lines);
    await this.#complaint;
  }

  /** The next line that is an object; libraries may print others. */
  async #reply(): Promise<Record<string, unknown>> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#kill();
    }, LIMIT_SECONDS * 1000);
    try {
      for (;;) {
        const { value: line, done } = await this.#lines.next();
        if (late) throw new ContenderError(`gave no reply within ${LIMIT_SECONDS} s`);
        if (done) throw new ContenderError(await this.#lastWords());
        if (line.startsWith("{")) return JSON.parse(line);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async #lastWords(): Promise<string> {
    return `ended: ${await this.#complaint || "it did not say why"}`;
  }

  #kill() {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}

/** The line that says most: the first that calls itself an error, or else the last. */
async function complaintIn(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let error: string | undefined, last = "";
  for await (const line of lines(stream)) {
    // deno-lint-ignore no-control-regex
    const plain = line.replace(/\x1b\[[0-9;]*m/g, "").trim();
    // The Vulkan loader's complaint, which means nothing.
    if (!plain || plain.includes("XDG_RUNTIME_DIR")) continue;
    if (/^(\w*Error|error): /.test(plain)) error ??= plain;
    last = plain;
  }
  return error ?? last;
}

/** JSON has no NaN: null stands for it. */
function number(value: unknown): number {
  if (value === null) return NaN;
  if (typeof value !== "number") throw strangeReply();
  return value;
}

function numbers(values: unknown): number[] {
  if (!Array.isArray(values)) throw strangeReply();
  return values.map(number);
}

function named(values: unknown): Record<string, number> {
  if (typeof values !== "object" || values === null) throw strangeReply();
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value)]));
}

function strangeReply(): ContenderError {
  return new ContenderError("replies with something else");
}
