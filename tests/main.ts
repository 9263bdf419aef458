/** `deno task test`: runs the tests and ends with a line of counts that a machine can read. */
import { CALLED } from "../lib/called.ts";
import { UserError } from "../lib/errors.ts";
import type { Command } from "../lib/cli/flags.ts";
import { openGpu } from "../lib/gpu/device.ts";
import { runCommand } from "../lib/cli/command.ts";
import { sharedPath } from "./shared.ts";

const flags = {
  filter: { type: "text", value: "TEXT", help: "Only tests whose name has TEXT in it" },
  "fail-fast": { type: "switch", help: "Stop after the first failure" },
} as const;
const command: Command<typeof flags> = {
  task: "test",
  summary: "Runs all tests, or those of the given files and folders.",
  flags,
  operand: "[PATH…]",
  operandPlace: { kind: "folder", access: "read" },
};

/** Tests read and write temporary folders, run tasks as a user would, and ask for free memory, and
 * serve pages to themselves. */
const PERMISSIONS = [
  ...["--allow-read", "--allow-write", "--allow-run", "--allow-env", "--allow-sys"],
  "--allow-net=127.0.0.1",
];

/** Off by default since Deno 2.8: what a test leaves open or running fails it. */
const LEAK_CHECKS = ["--sanitize-ops", "--sanitize-resources"];

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The counts in the last summary line of `deno test`, as `ok | 3 passed | 0 failed (4ms)`. */
export function readSummary(output: string): Counts | undefined {
  // deno-lint-ignore no-control-regex
  const plain = output.replace(/\x1b\[[0-9;]*m/g, "");
  const last = [...plain.matchAll(/^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed.*$/gm)].at(-1);
  if (!last) return undefined;
  const ignored = / \| (\d+) ignored/.exec(last[0]);
  return { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(ignored?.[1] ?? 0) };
}

/** `3 passed, 0 failed, 1 skipped` */
export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed` + (skipped ? `, ${skipped} skipped` : "");
}

async function announce() {
  const gpu = await openGpu();
  const adapter = gpu.software ? `${gpu.name}, on the processor` : gpu.name;
  gpu.close();
  const found = await Deno.stat(sharedPath("")).then(() => true, () => false);
  console.log(`Adapter: ${adapter}. Real galaxies in ../shared: ${found ? "found" : "NOT FOUND"}`);
  if (!found) console.warn("WITHOUT ../shared THE TESTS ON REAL DATA ARE SKIPPED");
}

/** Runs `deno test`, shows what it prints, and returns it with the exit code. */
async function denoTest(args: string[]): Promise<{ code: number; output: string }> {
  const child = new Deno.Command("deno", {
    args: ["test", ...args],
    stdout: "piped",
    env: {
      // Tests start tasks with relative paths, which do not mean the folder this was called from.
      INIT_CWD: Deno.cwd(),
      // What they expect of hints does not depend on how they were started themselves.
      [CALLED]: "",
      ...(Deno.stdout.isTerminal() ? {} : { NO_COLOR: "1" }),
    },
  }).spawn();
  const decoder = new TextDecoder();
  let output = "";
  for await (const bytes of child.stdout) {
    output += decoder.decode(bytes, { stream: true });
    for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
  }
  return { code: (await child.status).code, output };
}

if (import.meta.main) {
  await runCommand(command, async ({ filter, failFast }, paths) => {
    await announce();
    const { code, output } = await denoTest([
      ...PERMISSIONS,
      ...LEAK_CHECKS,
      ...(filter ? ["--filter", filter] : []),
      ...(failFast ? ["--fail-fast"] : []),
      ...(paths.length ? paths : ["tests/"]),
    ]);
    const counts = readSummary(output);
    if (!counts) throw new UserError(`deno test ended without a summary (exit code ${code})`);
    console.log(formatCounts(counts));
    if (counts.passed + counts.failed === 0 && !filter) throw new UserError("no test was executed");
    return code;
  });
}
