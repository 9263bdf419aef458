/** Makes a byte cache: every image decoded once, by several workers, whatever interrupts them. */
import { resolve } from "node:path";
import { commandLine } from "../../called.ts";
import { UserError } from "../../errors.ts";
import { fileError } from "../../files/explain.ts";
import { exists } from "../../files/read.ts";
import { defaultCacheFolder } from "./folder.ts";
import {
  cacheFiles,
  type CacheIndex,
  type CacheRecord,
  type ImageSetName,
  readIndex,
  writeIndex,
} from "./index_file.ts";
import { lockForWriting } from "./lock.ts";
import { type CacheBatch, type CacheReply, CacheWriter } from "./writer.ts";
import type { ImageSet } from "../dataset.ts";
import { few } from "../few.ts";
import { fileStates, sameState } from "../file_states.ts";
import { freeBytes, gibibytes } from "../free_space.ts";
import { IMAGE_BYTES } from "../views/warp.ts";

/** What is to be done for the cache of one set. Keeps everyone else from it until it is closed. */
export interface CachePlan {
  set: ImageSetName;
  pixels: string;
  indexFile: string;
  /** Without the records that are to be written. */
  index: CacheIndex;
  /** Images to decode, and the places for them. */
  jobs: { id: number; path: string; place: number }[];
  /** Images whose records are good already. */
  kept: number;
  /** Bytes the file of pixels will take more than it does. */
  growth: number;
  file: Deno.FsFile;
}

/**
 * Compares a cache, which may not exist yet, with the images.
 * @throws UserError when it is in use, damaged, or the cache of another data folder
 */
export async function planCache(
  { data, folder, set, images }: {
    data: string;
    folder: string;
    set: ImageSetName;
    images: ImageSet;
  },
): Promise<CachePlan> {
  const { pixels, index: indexFile } = cacheFiles(folder, set);
  const source = await realPath(data);
  const file = await openPixels(pixels);
  try {
    lockForWriting(file, pixels);
    const old = await readIndex(indexFile);
    if (old) await refuseOther(old, source, folder, data);
    const { size, blocks } = await file.stat();
    const states = await fileStates(images.paths);
    const wanted = new Map(images.ids.map((id, k) => [id, states[k]]));
    const records: (CacheRecord | undefined)[] = (old?.records ?? []).map((record, place) => {
      const good = record && (place + 1) * IMAGE_BYTES <= size &&
        sameState(record, wanted.get(record.id));
      return good ? record : undefined;
    });
    const present = new Set(records.map((record) => record?.id));
    const kept = records.filter((record) => record).length;
    const places = freePlaces(records);
    const jobs = images.ids
      .map((id, k) => ({ id, path: images.paths[k] }))
      .filter(({ id }) => !present.has(id))
      .map((job) => ({ ...job, place: places.next().value }));
    const end = Math.max(records.length, ...lastPlace(jobs)) * IMAGE_BYTES;
    const taken = Math.min(blocks === null ? size : blocks * 512, end);
    const index = { source, records };
    return { set, pixels, indexFile, index, jobs, kept, growth: end - taken, file };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** @throws UserError when it cannot be reached */
async function realPath(data: string): Promise<string> {
  try {
    return await Deno.realPath(data);
  } catch (error) {
    throw fileError(error, data, "read");
  }
}

/** @throws UserError when it cannot be made or written */
async function openPixels(pixels: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(pixels, { read: true, write: true, create: true });
  } catch (error) {
    throw fileError(error, pixels, "written");
  }
}

/** The gaps in the cache first, then what lies behind its end. */
function* freePlaces(records: readonly unknown[]): Generator<number, never> {
  for (let place = 0; place < records.length; place++) if (!records[place]) yield place;
  for (let place = records.length;; place++) yield place;
}

/** Places grow along the jobs. */
function lastPlace(jobs: CachePlan["jobs"]): number[] {
  return jobs.length ? [jobs[jobs.length - 1].place + 1] : [];
}

async function refuseOther({ source }: CacheIndex, wanted: string, folder: string, data: string) {
  // A cache that lies beside its images moves with them, and images may be moved.
  if (source === wanted || resolve(folder) === resolve(defaultCacheFolder(data))) return;
  if (!await exists(source)) return;
  throw new UserError(
    `${folder} holds the cache of other data, ${source}. Choose another folder with --to, or ` +
      `remove that one: ${commandLine(`cache --data ${source} --remove`)}`,
  );
}

/** @throws UserError when plans need more than is free in a folder */
export function checkSpace(
  plans: readonly CachePlan[],
  folder: string,
  free: number = freeBytes(folder),
) {
  const needed = plans.reduce((sum, { growth }) => sum + growth, 0);
  if (needed <= free) return;
  const sets = plans.map(({ set, growth }) => `${set} ${gibibytes(growth)}`).join(", ");
  throw new UserError(
    `the cache needs ${gibibytes(needed)} more (${sets}), but ${folder} has ${gibibytes(free)} ` +
      `free. Free some, choose another place with --to, or one set with --set`,
  );
}

export interface FillOptions {
  workers: number;
  stopRequested?: () => boolean;
  /** Gets the number of images decoded so far. */
  onProgress?: (done: number) => void;
}

/** Images a worker takes at a time: few enough to stop within half a second. */
const BATCH = 8;
/** Saving goes on for at most this part of the time, while the workers do not wait for it, … */
const SAVING = 0.2;
/** … and a kill costs at most these milliseconds, but for the time that saving takes. */
const MAX_UNSAVED = 30_000;

/**
 * Decodes what a plan lacks.
 * @returns whether all was done, rather than stopped on request
 * @throws UserError when images cannot be used, after all others are stored, or when the disk is full
 */
export async function fillCache(
  plan: CachePlan,
  { workers, stopRequested = () => false, onProgress = () => {} }: FillOptions,
): Promise<boolean> {
  const { pixels, indexFile, index, jobs, file } = plan;
  const save = async () => {
    // The index must not come before what it tells of. This copy is older than the pixels then.
    const records = index.records.slice();
    try {
      await file.syncData();
    } catch (error) {
      throw fileError(error, pixels, "written");
    }
    await writeIndex(indexFile, { ...index, records });
  };
  // Before any record is replaced: a kill must not leave a record under its old name.
  await save();
  const ids = new Map(jobs.map(({ id, place }) => [place, id]));
  const unusable: string[] = [];
  let done = 0;
  let nextSave = 0;
  let saving: Promise<void> | undefined;
  const saveNowAndThen = () => {
    if (saving || performance.now() < nextSave) return;
    const start = performance.now();
    saving = save().finally(() => {
      const end = performance.now();
      nextSave = end + Math.min(MAX_UNSAVED, (end - start) / SAVING);
      saving = undefined;
    });
    // Awaited only at the end, where a failure is noticed.
    saving.catch(() => {});
  };
  let next = 0;
  let failed: unknown;
  try {
    const batches = Math.ceil(jobs.length / BATCH);
    // One batch is done before a worker has started.
    const run = batches > 1 ? runWorkers : runHere;
    await run(Math.min(workers, batches), () => {
      if (stopRequested()) return undefined;
      const images = jobs.slice(next, next += BATCH);
      return images.length ? { pixels, images } : undefined;
    }, (reply) => {
      for (const { place, ...record } of reply.stored) {
        index.records[place] = { id: ids.get(place)!, ...record };
      }
      unusable.push(...reply.unusable);
      done += reply.stored.length + reply.unusable.length;
      onProgress(done);
      if (reply.failure) throw failure(reply.failure, pixels);
      saveNowAndThen();
    });
  } catch (error) {
    failed = error;
  }
  await saving?.catch(() => {});
  try {
    dropEnd(plan);
    await save();
  } catch (error) {
    // Whatever stopped the work comes first; where the disk is full, an earlier save stays.
    failed ??= error;
  }
  if (failed) throw failed;
  if (unusable.length > 0) {
    throw new UserError(
      `${unusable.length} of ${jobs.length} images could not be stored; all others are:\n  ` +
        few(unusable.sort(), (text) => text, 10).join("\n  "),
    );
  }
  return done === jobs.length;
}

function failure({ message, full }: { message: string; full: boolean }, pixels: string) {
  return new UserError(
    full
      ? `the disk is full: ${pixels} is not complete. What is done stays. Free some space, or ` +
        `remove it with ${commandLine("cache --remove")}`
      : `${message}. What is done stays`,
  );
}

/** Gives back the room behind the last record. */
function dropEnd({ index: { records }, file, pixels }: CachePlan) {
  while (records.length && !records[records.length - 1]) records.pop();
  try {
    file.truncateSync(records.length * IMAGE_BYTES);
  } catch (error) {
    throw fileError(error, pixels, "written");
  }
}

/** As `runWorkers`, in this thread. */
async function runHere(
  _count: number,
  next: () => CacheBatch | undefined,
  onReply: (reply: CacheReply) => void,
) {
  const writer = new CacheWriter();
  try {
    for (let batch = next(); batch; batch = next()) onReply(await writer.store(batch));
  } finally {
    writer.close();
  }
}

/** Lets workers do what `next` hands out, until that is nothing. Stops at the first throw. */
async function runWorkers(
  count: number,
  next: () => CacheBatch | undefined,
  onReply: (reply: CacheReply) => void,
) {
  const pool = Array.from(
    { length: count },
    () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  );
  const run = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const hand = () => {
        const batch = next();
        if (batch) worker.postMessage(batch);
        else resolve();
      };
      worker.onmessage = ({ data }: MessageEvent<CacheReply>) => {
        try {
          onReply(data);
          hand();
        } catch (error) {
          reject(error);
        }
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`a cache worker stopped: ${event.message}`));
      };
      hand();
    });
  try {
    await Promise.all(pool.map(run));
  } finally {
    for (const worker of pool) worker.terminate();
  }
}
