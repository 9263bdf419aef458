/** Slurm's own commands. */
import { UserError } from "../errors.ts";
import type { Dependency } from "./job.ts";

/** What Slurm knows of a task. */
export interface QueuedTask {
  /** As `17_3`. */
  readonly id: string;
  /** As `RUNNING`, `PENDING` or `FAILED`. */
  readonly state: string;
  /** Why it waits, or nothing. */
  readonly reason: string;
  readonly node: string;
}

/** States after which nothing more happens by itself. */
const ENDED = [
  ...["BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY"],
  ...["PREEMPTED", "REVOKED", "TIMEOUT"],
];

export function hasEnded({ state }: QueuedTask): boolean {
  return ENDED.includes(state);
}

/** Arguments of `sbatch` for a script. */
export function sbatchArguments(script: string, dependency: Dependency | undefined): string[] {
  return [
    "--parsable",
    ...(dependency === undefined ? [] : [
      `--dependency=${dependencyText(dependency)}`,
      // Else it would wait for ever for what has failed.
      "--kill-on-invalid-dep=yes",
    ]),
    script,
  ];
}

function dependencyText(dependency: Dependency): string {
  return dependency.kind === "all"
    ? `afterok:${dependency.ids.join(":")}`
    : `aftercorr:${dependency.id}`;
}

/**
 * Submits a script.
 * @returns the id of the job
 * @throws UserError with Slurm's words when it is not taken
 */
export async function submitScript(
  script: string,
  dependency: Dependency | undefined,
): Promise<string> {
  const out = await runSlurm("sbatch", sbatchArguments(script, dependency));
  // On a federation the cluster's name follows.
  const id = /^(\d+)(;|$)/.exec(out.trim())?.[1];
  if (id) return id;
  throw new UserError(`sbatch printed no number of a job for ${script}: "${out.trim()}"`);
}

/**
 * The tasks of this user that Slurm remembers: those that wait or run, and those that ended some minutes
 * ago.
 * @throws UserError when it cannot be asked
 */
export async function queuedTasks(): Promise<QueuedTask[]> {
  const format = "%i|%T|%r|%N";
  return readQueue(
    await runSlurm("squeue", [
      ...["--me", "--array", "--noheader", "--states=all", `--format=${format}`],
    ]),
  );
}

/** Lines of `squeue`. */
export function readQueue(text: string): QueuedTask[] {
  return text.split("\n").filter((line) => line.trim() !== "").map((line) => {
    const [id, state = "", reason = "", node = ""] = line.trim().split("|");
    return { id, state, reason: reason === "None" ? "" : reason, node };
  });
}

/** Takes tasks back. @throws UserError with Slurm's words when it cannot */
export async function cancelTasks(ids: readonly string[]) {
  await runSlurm("scancel", [...ids]);
}

async function runSlurm(program: string, args: readonly string[]): Promise<string> {
  let output;
  try {
    output = await new Deno.Command(program, { args: [...args], stdin: "null" }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UserError(
      `there is no ${program} on this machine: call this where jobs are submitted to Slurm from`,
    );
  }
  const text = new TextDecoder();
  if (output.success) return text.decode(output.stdout);
  const said = text.decode(output.stderr).trim() || `exit code ${output.code}`;
  throw new UserError(`${program} did not succeed: ${said}`);
}
