/** Hands job arrays over to Slurm, in an order in which each comes after those that it waits for. */
import { writeFileAtomic } from "../files/atomic.ts";
import { FolderLock } from "../files/lock.ts";
import type { ArrayJob, ClusterSettings, Dependency } from "./job.ts";
import { type Handed, writeHanded } from "./record.ts";
import { jobScript, quoted } from "./script.ts";
import { cancelTasks, sbatchArguments, submitScript } from "./slurm.ts";

/** An array, and what it waits for. */
export interface PlannedJob {
  readonly job: ArrayJob;
  /** Names of arrays that come before: all of their tasks, or the same place of one. */
  readonly after: { readonly kind: Dependency["kind"]; readonly jobs: readonly string[] };
  /** Tasks that were handed over before and have to succeed as well. */
  readonly ids: readonly string[];
}

export interface Plan {
  readonly jobs: readonly PlannedJob[];
  /** What was handed over before. */
  readonly handed: Handed;
  /** Ids of tasks to take back. */
  readonly outdated: readonly string[];
}

const scriptPath = (folder: string, name: string) => `${folder}/${name}.sh`;

/** The scripts and the commands that submit them, where the numbers of jobs stand as `<train>`. */
export function plannedText(jobs: readonly PlannedJob[], settings: ClusterSettings): string {
  const names = new Map(jobs.map(({ job }) => [job.name, `<${job.name}>`]));
  return jobs.map((planned) => {
    const path = scriptPath(settings.folder, planned.job.name);
    const args = sbatchArguments(path, dependencyOf(planned, names)).map((word) =>
      word.includes("<") ? `"${word}"` : quoted(word)
    );
    return `==> ${path}\n${jobScript(planned.job, settings)}\n==> sbatch ${args.join(" ")}\n`;
  }).join("\n");
}

/**
 * Writes the scripts and submits them.
 * @param who as `reproduce`, for somebody who does the same at the same time
 * @param plan is asked while nobody else can hand anything over
 * @throws UserError when a script is not taken; what was taken before is recorded
 */
export async function handOver(
  settings: ClusterSettings,
  who: string,
  plan: () => Promise<Plan>,
  say: (line: string) => void,
) {
  const { folder } = settings;
  const lock = await FolderLock.take(folder, who);
  try {
    const planned = await plan();
    let handed = planned.handed;
    if (planned.outdated.length > 0) await cancelTasks(planned.outdated);
    // Slurm makes no folders.
    for (const name of ["logs", "ended"]) {
      await Deno.mkdir(`${folder}/${name}`, { recursive: true });
    }
    const ids = new Map<string, string>();
    for (const one of planned.jobs) {
      const { name, tasks } = one.job;
      const path = scriptPath(folder, name);
      await writeFileAtomic(path, new TextEncoder().encode(jobScript(one.job, settings)));
      const id = await submitScript(path, dependencyOf(one, ids));
      ids.set(name, id);
      handed = {
        ...handed,
        ...Object.fromEntries(tasks.map(({ name, index }) => [name, `${id}_${index}`])),
      };
      await writeHanded(folder, handed);
      say(`${name}: job ${id}, ${tasks.map(({ name }) => name).join(", ")}`);
    }
  } finally {
    await lock.release();
  }
}

function dependencyOf(
  { after, ids }: PlannedJob,
  known: ReadonlyMap<string, string>,
): Dependency | undefined {
  // What was not planned is done.
  const jobs = after.jobs.flatMap((name) => known.get(name) ?? []);
  if (after.kind === "same place" && jobs.length === 1) return { kind: "same place", id: jobs[0] };
  const all = [...jobs, ...ids];
  return all.length === 0 ? undefined : { kind: "all", ids: all };
}
