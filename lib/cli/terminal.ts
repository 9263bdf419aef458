/**
 * What tasks say: everything goes through here, so that names and cells from files cannot command the
 * terminal, and an output that goes away ends neither a run nor its saving.
 */
import { codeOf } from "../files/explain.ts";

/** Control characters but for line ends and tabs, and those that turn the direction of text. */
// deno-lint-ignore no-control-regex
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text for a terminal: what would command it is shown as `\u001b`. */
export function printable(text: string): string {
  return text.replace(
    UNSAFE,
    (character) => "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/** Characters of the longest message; what is in a file may be longer than anybody reads. */
const LONGEST = 1900;

/** A message for people: printable, and its end left out where it is too long. */
export function message(text: string): string {
  const whole = printable(text);
  if (whole.length <= LONGEST) return whole;
  return `${whole.slice(0, LONGEST - 60)} … (${whole.length - LONGEST + 60} characters more)`;
}

/** One of the process's outputs. */
class Output {
  readonly #stream: typeof Deno.stdout | typeof Deno.stderr;
  #gone = false;

  constructor(stream: typeof Deno.stdout | typeof Deno.stderr) {
    this.#stream = stream;
  }

  /** Writes bytes as they are. Nothing is written any more once that has failed. */
  write(text: string) {
    if (this.#gone) return;
    const bytes = new TextEncoder().encode(text);
    try {
      for (let sent = 0; sent < bytes.length;) sent += this.#stream.writeSync(bytes.subarray(sent));
    } catch (error) {
      // A pipe that nobody reads any more, a full disk, a terminal that was closed: the work goes on.
      if (codeOf(error) === undefined && !(error instanceof Deno.errors.BrokenPipe)) throw error;
      this.#gone = true;
      if (this === output) errors.write(`note: the output is gone (${codeOf(error)}); going on\n`);
    }
  }
}

export const output = new Output(Deno.stdout);
export const errors = new Output(Deno.stderr);

/**
 * Makes `console` write through here, for all code that reports with it.
 * @param args of `console.log`: texts, or values that are shown as such
 */
export function guardConsole() {
  const text = (args: readonly unknown[]) =>
    args.map((arg) => typeof arg === "string" ? arg : Deno.inspect(arg)).join(" ");
  console.log = (...args) => output.write(printable(text(args)) + "\n");
  console.info = console.log;
  console.warn = (...args) => errors.write(message(text(args)) + "\n");
  console.error = console.warn;
}
