/** `classify --slurm`: the parts of a list as an array of Slurm, and a job that puts them together. */
import { resolve } from "node:path";
import { callersFolder, type Flags } from "../cli/flags.ts";
import { UserError } from "../errors.ts";
import { readTextIfThere } from "../files/read.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { clusterSettings, type SlurmFlags, withoutFlags } from "../slurm/flags.ts";
import { handOver, type PlannedJob, plannedText } from "../slurm/hand_over.ts";
import { readHanded, stateOf } from "../slurm/record.ts";
import { queuedTasks } from "../slurm/slurm.ts";
import { filesOf, type SinkPaths } from "./sinks.ts";

export interface ClusterOptions extends SinkPaths {
  /** Parts of the list. */
  readonly shards: number;
  /** The command line of the task. */
  readonly args: readonly string[];
  /** Those of the command line that say something to Slurm. */
  readonly own: Flags;
  readonly slurm: SlurmFlags;
  say(line: string): void;
}

/**
 * Hands over the parts that are missing, and the merge after them.
 * @throws UserError when the same results were asked for with another command line, or Slurm takes nothing
 */
export async function classifyOnCluster(options: ClusterOptions) {
  const { shards, args, own, slurm, say, ...paths } = options;
  const [first] = filesOf(paths);
  if (first === undefined) {
    throw new UserError("--slurm needs a file for the results, as --csv FILE");
  }
  const folder = `${resolve(first)}.slurm`;
  const settings = await clusterSettings(slurm, folder);
  const given = withoutFlags(args, own);
  const jobs = jobsOf(shards, given, paths);
  if (slurm.print) return say(plannedText(jobs, settings));
  const command = { caller: callersFolder(), shards, given };
  let count = 0, queued = 0;
  await handOver(settings, "classify --slurm", async () => {
    await requireSameCommand(folder, JSON.stringify(command));
    const handed = await readHanded(folder);
    const queue = await queuedTasks();
    const planned: PlannedJob[] = [];
    const outdated: string[] = [], ids: string[] = [];
    for (const { job, after } of jobs) {
      const tasks = [];
      for (const task of job.tasks) {
        const state = await stateOf(task.name, handed, queue, folder);
        const open = state.kind === "waiting" || state.kind === "running";
        const stale = state.kind === "waiting" && planned.length > 0 && after.jobs.length > 0;
        if (stale) outdated.push(state.id);
        if (open && !stale) {
          queued++;
          ids.push(state.id);
        } else if (state.kind !== "ended" || state.failed) tasks.push(task);
      }
      const waits = after.jobs.length > 0 ? ids.slice() : [];
      if (tasks.length > 0) planned.push({ job: { ...job, tasks }, after, ids: waits });
    }
    count = planned.length;
    return { jobs: planned, handed, outdated };
  }, say);
  if (queued > 0) say(`in the queue already: ${queued}`);
  say(
    count + queued === 0
      ? `everything is done. To begin anew, remove ${folder}`
      : `the results will be in ${filesOf(paths).join(", ")}; logs are in ${folder}/logs`,
  );
}

function jobsOf(shards: number, given: readonly string[], paths: SinkPaths): PlannedJob[] {
  const tasks = Array.from({ length: shards }, (_, k) => ({
    index: k,
    name: `shard-${k + 1}`,
    // What a task that was interrupted has done is kept.
    args: ["classify", ...given, "--shard", `${k + 1}/${shards}`, "--resume"],
  }));
  const files = (["csv", "json", "parquet"] as const).flatMap((name) => {
    const path = paths[name];
    return path === undefined ? [] : [`--${name}`, resolve(path)];
  });
  const merge = {
    index: 0,
    name: "merge",
    args: ["classify", "--merge", String(shards), ...files],
  };
  const nothing = { kind: "all", jobs: [] } as const;
  // Pictures that could not be read are in the tables, and no reason to withhold the others.
  const rest = { resumes: true, alsoGood: 2 };
  return [
    { job: { name: "classify", tasks, gpu: true, ...rest }, after: nothing, ids: [] },
    {
      job: { name: "merge", tasks: [merge], gpu: false, ...rest, resumes: false },
      after: { kind: "all", jobs: ["classify"] },
      ids: [],
    },
  ];
}

/** @throws UserError when the folder is of another command line */
async function requireSameCommand(folder: string, command: string) {
  const path = `${folder}/command.json`;
  const there = await readTextIfThere(path);
  if (there === undefined) {
    await writeFileAtomic(path, new TextEncoder().encode(command));
    return;
  }
  if (there === command) return;
  throw new UserError(
    `${folder} is of another command line or folder. Give the same again, or remove it to begin anew`,
  );
}
