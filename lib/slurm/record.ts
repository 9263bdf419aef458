/** Which tasks were handed to Slurm, so that a second call hands over only what is missing. */
import { UserError } from "../errors.ts";
import { readSealed, writeSealed } from "../files/sealed_json.ts";
import { readTextIfThere } from "../files/read.ts";
import { endedFile } from "./job.ts";
import { hasEnded, type QueuedTask } from "./slurm.ts";

/** Slurm's ids, as `17_3`, by the names of tasks; the last one of each. */
export type Handed = Readonly<Record<string, string>>;

const pathOf = (folder: string) => `${folder}/jobs.json`;

/** @throws UserError when the file is damaged */
export async function readHanded(folder: string): Promise<Handed> {
  const path = pathOf(folder);
  const value = await readSealed(
    path,
    "Remove it when none of these jobs is in the queue any more",
  );
  const entries = Object.entries(value ?? {});
  const wrong = entries.find(([, id]) => typeof id !== "string" || !/^\d+_\d+$/.test(id));
  if (wrong) throw new UserError(`${path} is damaged: ${wrong[0]} has no number of a job`);
  return Object.fromEntries(entries) as Handed;
}

export async function writeHanded(folder: string, handed: Handed) {
  await writeSealed(pathOf(folder), handed, 2);
}

/** What became of a task that was handed over. */
export type TaskState =
  | { readonly kind: "never" }
  | { readonly kind: "waiting"; readonly id: string; readonly reason: string }
  | { readonly kind: "running"; readonly id: string; readonly node: string }
  /** `how` as `exit code 1 on node07` or `out of memory`. */
  | { readonly kind: "ended"; readonly id: string; readonly failed: boolean; readonly how: string };

/** What is known of a task: from the queue, and what its script wrote at its end. */
export async function stateOf(
  name: string,
  handed: Handed,
  queue: readonly QueuedTask[],
  folder: string,
): Promise<TaskState> {
  const id = handed[name];
  if (id === undefined) return { kind: "never" };
  const queued = queue.find((task) => task.id === id);
  // What waits for something that has failed is about to be removed.
  if (queued && !hasEnded(queued) && queued.reason !== "DependencyNeverSatisfied") {
    const { state, reason, node } = queued;
    return state === "RUNNING" || state === "COMPLETING"
      ? { kind: "running", id, node }
      : { kind: "waiting", id, reason };
  }
  const [code, ended, node] = (await readTextIfThere(endedFile(folder, name)))?.split(/\s/) ?? [];
  if (ended === id) {
    return { kind: "ended", id, failed: code !== "0", how: `exit code ${code} on ${node}` };
  }
  // It had no time to write anything, or never began.
  const how = queued?.state.toLowerCase().replaceAll("_", " ") ?? "it ended without a word";
  return { kind: "ended", id, failed: queued?.state !== "COMPLETED", how };
}
