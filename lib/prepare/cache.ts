/** `deno task cache`: every image decoded once, so that training and prediction need not. */
import { type CachePlan, checkSpace, fillCache, planCache } from "../data/cache/build.ts";
import { openCache } from "../data/cache/cached_images.ts";
import { cacheFolderOf, chooseFolder, rememberFolder, removeCache } from "../data/cache/folder.ts";
import { imageFolder, openImages } from "../data/dataset.ts";
import { gibibytes } from "../data/free_space.ts";
import { IMAGE_BYTES } from "../data/views/warp.ts";
import { commandLine } from "../called.ts";
import { UserError } from "../errors.ts";
import { withoutNewFolders } from "../files/made_folders.ts";
import { CountProgress } from "../cli/count_progress.ts";
import { formatDuration } from "../cli/progress.ts";
import { type StopSignal, stopSignal } from "../cli/stop_signal.ts";

export interface CacheOptions {
  /** Folder with the competition's files. */
  data: string;
  /** Folder for the cache (default: where it is, or `cache` in the above). */
  to?: string | undefined;
  /** `train`, `test` or `both` (default: those that are there). */
  set?: string | undefined;
  workers: number;
}

function setsOf(set: string | undefined) {
  return (["train", "test"] as const).filter((name) => (set ?? "both") === "both" || set === name);
}

/** Removes the cache of some sets. */
export async function removeCaches({ data, to, set }: Omit<CacheOptions, "workers">) {
  if (to !== undefined) {
    throw new UserError("--remove removes the cache of --data wherever it is; leave out --to");
  }
  const freed = await removeCache(data, setsOf(set));
  console.log(freed ? `removed, ${gibibytes(freed)} are free again` : `${data} has no cache`);
}

/**
 * Decodes what a cache lacks.
 * @returns the exit code
 * @throws UserError when it cannot be made, or images cannot be used
 */
export function makeCache({ workers, ...options }: CacheOptions): Promise<number> {
  return withPlans(options, async (plans, folder, stop) => {
    await rememberFolder(options.data, folder);
    for (const plan of plans) {
      if (!await fill(plan, workers, () => stop.requested)) {
        console.log(`stopped; what is done stays. Run ${commandLine("cache")} again to go on`);
        return stop.exitCode;
      }
    }
    return 0;
  });
}

/** Whether both sets are decoded as their images are now. Others may be reading what there is. */
export async function isCached(data: string): Promise<boolean> {
  try {
    for (const set of setsOf("both")) {
      const { paths } = await openImages(data, set);
      if (!await openCache(data, set, paths, () => {})) return false;
    }
    return true;
  } catch (error) {
    // Whoever makes it says what is wrong.
    if (error instanceof UserError) return false;
    throw error;
  }
}

/**
 * Whether a cache could be made; nothing is left of this.
 * @throws UserError as `makeCache` does before it decodes anything
 */
export async function checkCache(options: Omit<CacheOptions, "to" | "workers">) {
  await withoutNewFolders(
    await cacheFolderOf(options.data),
    () =>
      withPlans(options, async (plans) => {
        for (const { pixels, file } of plans) {
          if ((await file.stat()).size === 0) await Deno.remove(pixels);
        }
      }),
  );
}

/** Works with plans for the caches of some sets, which are kept from everyone else meanwhile. */
async function withPlans<T>(
  { data, to, set }: Omit<CacheOptions, "workers">,
  work: (plans: readonly CachePlan[], folder: string, stop: StopSignal) => Promise<T>,
): Promise<T> {
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
    return await work(plans, folder, stop);
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
