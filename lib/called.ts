/** How the user calls this program, so that hints and help name commands that work as they stand. */

/** Set by `./run` to how it was called itself: `./run`, the path of a link to it, or a name. */
export const CALLED = "GALAXIES_CALLED";

/**
 * The command line that starts a task: `./run cache --remove`, or `deno task cache --remove` where the
 * program was not started by `./run`.
 * @param task with the arguments that belong to it
 */
export function commandLine(task: string): string {
  // Asking for more would stop at a prompt.
  const { state } = Deno.permissions.querySync({ name: "env", variable: CALLED });
  const program = state === "granted" ? Deno.env.get(CALLED) : undefined;
  return `${program || "deno task"} ${task}`;
}

/** An argument as one word of a shell's command line. */
export function shellWord(argument: string): string {
  return /^[\w./~@%+=:,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
