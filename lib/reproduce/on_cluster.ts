/** `reproduce --slurm` and `--status`. */
import { resolve } from "node:path";
import { commandLine } from "../called.ts";
import { chosenAdapter } from "../gpu/adapters.ts";
import { clusterSettings, type SlurmFlags } from "../slurm/flags.ts";
import { handOver, plannedText } from "../slurm/hand_over.ts";
import { readHanded } from "../slurm/record.ts";
import { type QueuedTask, queuedTasks } from "../slurm/slurm.ts";
import { planCluster } from "./cluster.ts";
import type { ReproduceOptions, Step } from "./reproduce.ts";
import { readStatus, statusText } from "./status.ts";

/** Hands over what is missing, or shows it. @throws UserError when Slurm does not take it */
export async function toSlurm(
  steps: readonly Step[],
  options: ReproduceOptions,
  flags: SlurmFlags,
) {
  const settings = await clusterSettings(flags, slurmFolder(options));
  const { folder } = settings;
  const plan = async (queue: readonly QueuedTask[]) => {
    const handed = await readHanded(folder);
    return { handed, ...await planCluster(steps, taskFlags(options), { folder, handed, queue }) };
  };
  if (flags.print) {
    console.log(plannedText((await plan([])).jobs, settings));
    return;
  }
  let queued = 0, jobs = 0;
  await handOver(settings, "reproduce --slurm", async () => {
    const planned = await plan(await queuedTasks());
    [queued, jobs] = [planned.queued.length, planned.jobs.length];
    return planned;
  }, console.log);
  if (queued > 0) console.log(`in the queue already: ${queued}`);
  const status = commandLine("reproduce --status");
  console.log(
    jobs + queued === 0
      ? "everything is done"
      : `${status} shows how far it is; logs are in ${folder}/logs`,
  );
}

/** Shows how far every model is. @throws UserError when a file is damaged, or Slurm cannot be asked */
export async function showStatus(options: ReproduceOptions) {
  const folder = slurmFolder(options);
  const handed = await readHanded(folder);
  const cluster = Object.keys(handed).length === 0
    ? undefined
    : { handed, queue: await queuedTasks(), folder };
  console.log(statusText(await readStatus({ ...options, cluster }), options.chunks));
}

function slurmFolder({ root }: ReproduceOptions): string {
  return resolve(root, "analysis/slurm");
}

/** What the task of every job is told. */
function taskFlags(options: ReproduceOptions): string[] {
  const { data, root, models, chunks, chunkSize, width, cache } = options;
  const adapter = chosenAdapter();
  return [
    ...["--data", resolve(data), "--root", resolve(root)],
    ...["--models", models.map(({ name }) => name).join(",")],
    ...["--chunks", String(chunks), "--chunk-size", String(chunkSize), "--width", String(width)],
    ...(cache ? [] : ["--no-cache"]),
    ...(options.allowSoftware ? ["--allow-software"] : []),
    ...(options.acceptUnmarked ? ["--accept-unmarked"] : []),
    ...(adapter === "fast" ? [] : ["--adapter", adapter]),
  ];
}
