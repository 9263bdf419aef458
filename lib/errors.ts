/**
 * A mistake in the input or the surroundings, explained for the person at the terminal:
 * what is wrong, the numbers, and what to do. Tasks print its message without a stack trace
 * and exit with code 1.
 */
export class UserError extends Error {
  override name = "UserError";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
