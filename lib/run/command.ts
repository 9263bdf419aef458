/** The frame of every task: flags in, exit code out, errors as sentences. */
import { UserError } from "../errors.ts";
import { type Command, type Flags, helpText, parseFlags, type Values } from "../flags.ts";

/**
 * Runs a task with the process's arguments and exits with its code: 0, 1 after a `UserError`, or
 * what `main` returns.
 */
export async function runCommand<F extends Flags>(
  command: Command<F>,
  main: (values: Values<F>, operands: string[]) => Promise<number | void> | number | void,
  args: readonly string[] = Deno.args,
): Promise<never> {
  if (args.includes("--help")) {
    console.log(helpText(command));
    Deno.exit(0);
  }
  try {
    const { values, operands } = parseFlags(command, args);
    Deno.exit((await main(values, operands)) ?? 0);
  } catch (error) {
    console.error(explain(error));
    Deno.exit(1);
  }
}

/** One sentence for what a user can mend; the whole story for what only we can. */
function explain(error: unknown): string {
  if (error instanceof UserError) return `error: ${error.message}`;
  if (error instanceof Deno.errors.NotFound) return `error: ${error.message}`;
  if (error instanceof Deno.errors.NotCapable) {
    return `error: ${error.message}. Run it as a task (deno task …), which grants what it needs`;
  }
  if (error instanceof Error && /No space left|os error 28/.test(error.message)) {
    return `error: the disk is full (${error.message}). Files already written are intact`;
  }
  const detail = error instanceof Error ? error.stack : String(error);
  return `internal error, please report it: ${detail}`;
}
