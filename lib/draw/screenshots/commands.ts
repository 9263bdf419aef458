/** Commands of this project, as users give them, in a folder of their own. */
import { resolve } from "node:path";
import { UserError } from "../../errors.ts";

/** Beside deno.json, where tasks run. */
const PROGRAM = "./run";

function start(cwd: string, args: readonly string[]): Deno.ChildProcess {
  console.log(`  ${PROGRAM} ${args.join(" ")}`);
  return new Deno.Command(resolve(PROGRAM), {
    args: [...args],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/**
 * Runs a command to its end.
 * @param cwd where its relative paths begin
 * @throws UserError with what it complained of when it fails
 */
export async function runToEnd(cwd: string, ...args: string[]) {
  const { code, stderr } = await start(cwd, args).output();
  if (code === 0) return;
  const why = new TextDecoder().decode(stderr).trim();
  throw new UserError(`${PROGRAM} ${args[0]} ended with code ${code}. It said:\n${why}`);
}

/** A command that goes on until it is ended. */
export class Going {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #errors: Promise<string>;
  #rest: Promise<void> | undefined;

  constructor(cwd: string, ...args: string[]) {
    this.#process = start(cwd, args);
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#errors = new Response(this.#process.stderr).text();
  }

  /** What it prints first. @throws UserError when it ends before */
  async firstOutput(): Promise<string> {
    const { value } = await this.#lines.read();
    if (value === undefined) throw new UserError((await this.#errors).trim());
    this.#rest = this.#readOn();
    return value;
  }

  /** Nobody is held up by what nobody reads. */
  async #readOn() {
    while (!(await this.#lines.read()).done);
  }

  /** As Ctrl-C does. */
  async end() {
    try {
      this.#process.kill("SIGINT");
    } catch {
      // It has ended by itself.
    }
    await (this.#rest ?? this.#lines.cancel());
    await this.#errors;
    await this.#process.status;
  }
}
