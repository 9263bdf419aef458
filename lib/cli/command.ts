/** The frame of every task: flags in, exit code out, errors as sentences. */
import { UserError } from "../errors.ts";
import { type Command, type Flags, parseFlags, type Values } from "./flags.ts";
import { fileError } from "../files/explain.ts";
import { type AdapterKind, chooseAdapter } from "../gpu/adapters.ts";
import { ADAPTER_FLAG } from "./adapter_flag.ts";
import { adviceOn } from "./advice.ts";
import { grantsText, taskAskedFor } from "./grants.ts";
import { helpText, wantsHelp } from "./help.ts";
import { guardConsole } from "./terminal.ts";

/**
 * Runs a task with the process's arguments and exits with its code: 0, 1 after a `UserError`, or
 * what `main` returns.
 */
export async function runCommand<F extends Flags>(
  declared: Command<F>,
  main: (values: Values<F>, operands: string[]) => Promise<number | void> | number | void,
  args: readonly string[] = Deno.args,
): Promise<never> {
  guardConsole();
  const command = declared.gpu
    ? { ...declared, flags: { ...declared.flags, ...ADAPTER_FLAG } }
    : declared;
  if (wantsHelp(args)) {
    console.log(helpText(command));
    Deno.exit(0);
  }
  try {
    const { values, operands } = parseFlags(command, args);
    const asked = taskAskedFor();
    if (asked !== undefined) {
      console.log(await grantsText(asked, command, { values, operands }));
      Deno.exit(0);
    }
    if ("adapter" in values) chooseAdapter(values.adapter as AdapterKind);
    Deno.exit((await main(values, operands)) ?? 0);
  } catch (error) {
    console.error(explain(error, command.flags));
    Deno.exit(1);
  }
}

/** One sentence for what a user can mend; the whole story for what only we can. */
function explain(error: unknown, flags: Flags): string {
  const known = fileError(error, pathIn(error), "used");
  if (known instanceof UserError) return `error: ${known.message}${adviceOn(known, flags)}`;
  const detail = error instanceof Error ? error.stack : String(error);
  return `internal error, please report it: ${detail}`;
}

/** The path in the system's message, as `No such file … : open 'a/b'`. */
function pathIn(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  return /(?:^|: )\w+ '([^']+)'/.exec(message)?.[1] ?? /"([^"]+)"/.exec(message)?.[1] ?? "a file";
}
