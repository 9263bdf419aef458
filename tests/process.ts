/** Tasks as processes of their own, as a user starts them. */
const ROOT = new URL("../", import.meta.url);

export interface Outcome {
  code: number;
  out: string;
  error: string;
}

/** The path of a script of the repository. */
export function scriptPath(script: string): string {
  return decodeURI(new URL(script, ROOT).pathname);
}

/**
 * Runs a script of the repository to its end.
 * @param script as `tasks/submit.ts`
 */
export async function runScript(
  script: string,
  args: readonly string[],
  { cwd, flags = [] }: { cwd?: string; flags?: readonly string[] } = {},
): Promise<Outcome> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-read", "--allow-write", "--allow-env=INIT_CWD"],
      ...["--allow-sys=statfs,systemMemoryInfo", "--allow-run=source-extractor,sex"],
      ...flags,
      scriptPath(script),
      ...args,
    ],
    ...(cwd === undefined ? {} : { cwd }),
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}
