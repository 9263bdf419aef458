/** `deno task cache`: decodes every image once, so that training and prediction need not. */
import { type CachePlan, checkSpace, fillCache, planCache } from "../lib/data/cache_build.ts";
import { chooseFolder, rememberFolder, removeCache } from "../lib/data/cache_folder.ts";
import { imageFolder, openImages } from "../lib/data/dataset.ts";
import { gibibytes } from "../lib/data/free_space.ts";
import { IMAGE_BYTES } from "../lib/data/warp.ts";
import { UserError } from "../lib/errors.ts";
import type { Flags, Values } from "../lib/flags.ts";
import { runCommand } from "../lib/run/command.ts";
import { CountProgress } from "../lib/run/count_progress.ts";
import { formatDuration } from "../lib/run/progress.ts";
import { stopSignal } from "../lib/run/stop_signal.ts";

const flags = {
  data: {
    type: "text",
    value: "DIR",
    default: "data/raw",
    help: "Folder with the competition's files",
  },
  to: {
    type: "text",
    value: "DIR",
    help: "Folder to make it in, and to find it in later (default: <data>/cache)",
  },
  set: {
    type: "text",
    value: "SET",
    choices: ["train", "test", "both"],
    help: "train, test or both (default: those that are there)",
  },
  workers: {
    type: "integer",
    value: "N",
    min: 1,
    max: 256,
    default: navigator.hardwareConcurrency,
    help: "Workers that decode",
  },
  remove: { type: "switch", help: "Remove the cache" },
} satisfies Flags;

const command = {
  task: "cache",
  summary: "Decodes every image once into a file that training and prediction read instead of\n" +
    "the JPEGs: 31 GiB for the training images of the competition, 40 GiB for the test images.\n" +
    "Run it again to go on after an interruption, or when images have changed.",
  flags,
};

if (import.meta.main) {
  await runCommand(command, (values) => values.remove ? remove(values) : make(values));
}

function setsOf(set: string | undefined) {
  return (["train", "test"] as const).filter((name) => (set ?? "both") === "both" || set === name);
}

async function remove({ data, to, set }: Values<typeof flags>) {
  if (to !== undefined) {
    throw new UserError("--remove removes the cache of --data wherever it is; leave out --to");
  }
  const freed = await removeCache(data, setsOf(set));
  console.log(freed ? `removed, ${gibibytes(freed)} are free again` : `${data} has no cache`);
}

async function make({ data, to, set, workers }: Values<typeof flags>): Promise<number> {
  const sets = [];
  for (const name of setsOf(set)) {
    // Whoever names no set may have only one.
    if (set === undefined && !await imageFolder(data, name)) {
      console.warn(`note: ${data} has no ${name} images`);
    } else {
      sets.push({ set: name, images: await openImages(data, name) });
    }
  }
  if (sets.length === 0) throw new UserError(`${data} has no images to decode`);
  const folder = await chooseFolder(data, to);
  const stop = stopSignal();
  const plans: CachePlan[] = [];
  try {
    for (const entry of sets) plans.push(await planCache({ data, folder, ...entry }));
    checkSpace(plans, folder);
    await rememberFolder(data, folder);
    for (const plan of plans) {
      if (!await fill(plan, workers, () => stop.requested)) {
        console.log(`stopped; what is done stays. Run deno task cache again to go on`);
        return stop.exitCode;
      }
    }
    return 0;
  } finally {
    for (const { file } of plans) file.close();
    stop.close();
  }
}

async function fill(plan: CachePlan, workers: number, stopRequested: () => boolean) {
  const { set, jobs, kept, pixels } = plan;
  const progress = new CountProgress(set, jobs.length);
  const started = performance.now();
  try {
    const finished = await fillCache(plan, {
      workers,
      stopRequested,
      onProgress: (done) => progress.update(done),
    });
    if (!finished) return false;
  } finally {
    progress.close();
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${set}: ${jobs.length} images decoded in ${formatDuration(seconds)}, ${kept} were there: ` +
      `${pixels}, ${gibibytes((jobs.length + kept) * IMAGE_BYTES)}`,
  );
  return true;
}
