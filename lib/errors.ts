/**
 * A mistake in the input or the surroundings, explained for the person at the terminal:
 * what is wrong, the numbers, and what to do. Tasks print its message without a stack trace
 * and exit with code 1.
 */
export class UserError extends Error {
  /** Tells it from an `Error`, which is a mistake of the program. */
  override name = "UserError";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Control characters, and those that turn the direction of text. */
// deno-lint-ignore no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu;
const QUOTED = 60;

/** A text from a file in the words of an error: what would command a terminal is shown as `\u001b`. */
export function visible(text: string): string {
  return text.replace(
    UNSAFE,
    (character) => "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/** As `visible`, in quotes and cut to 60 characters. */
export function quoted(text: string): string {
  return `"${visible(text.length > QUOTED ? text.slice(0, QUOTED) + "…" : text)}"`;
}
