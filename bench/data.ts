/** Galaxies to measure with: a folder of the competition's files, or a few synthetic ones. */
import { type CachedImages, openCache } from "../lib/data/cache/cached_images.ts";
import { fillCache, planCache } from "../lib/data/cache/build.ts";
import { defaultCacheFolder } from "../lib/data/cache/folder.ts";
import { openDataset } from "../lib/data/dataset.ts";
import { ViewProducer } from "../lib/data/views/workers.ts";
import { ANSWER_COUNT } from "../lib/galaxy/questions.ts";
import { makeSurvey } from "../lib/synthetic/survey.ts";
import { scratchFolder } from "./scratch.ts";

/** At most so many galaxies: their JPEGs and decoded images stay in the system's file cache. */
const MOST = 256;

export interface BenchData {
  readonly paths: readonly string[];
  /** (galaxies, 37) */
  readonly labels: Float32Array;
  /** Their decoded images, where there are any. */
  readonly stored: CachedImages | undefined;
  /** What they are, for a note. */
  readonly description: string;
}

/**
 * Opens `folder`, or draws `count` galaxies and decodes them into a cache, in a temporary folder
 * that is removed after `body`.
 * @throws UserError when the folder cannot be used
 */
export async function withData<T>(
  folder: string | undefined,
  count: number,
  body: (data: BenchData) => Promise<T>,
): Promise<T> {
  if (folder !== undefined) {
    const data = await open(folder);
    return await body({ ...data, description: `${data.paths.length} galaxies of ${folder}` });
  }
  const temporary = await scratchFolder("galaxies");
  try {
    const workers = navigator.hardwareConcurrency;
    await makeSurvey({ out: temporary, train: count, test: 1, seed: 1, workers });
    const { train: images } = await openDataset(temporary, { need: { train: true } });
    const cache = defaultCacheFolder(temporary);
    await Deno.mkdir(cache);
    const plan = await planCache({ data: temporary, folder: cache, set: "train", images });
    try {
      await fillCache(plan, { workers });
    } finally {
      plan.file.close();
    }
    const data = await open(temporary);
    return await body({ ...data, description: `${count} synthetic galaxies` });
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

async function open(folder: string) {
  const { train } = await openDataset(folder, { need: { train: true } });
  const paths = train.paths.slice(0, MOST);
  const stored = await openCache(folder, "train", paths);
  return { paths, labels: train.labels.slice(0, MOST * ANSWER_COUNT), stored };
}

/** Views of `count` galaxies as in a training, the same ones again where there are not so many. */
export async function makeExamples({ paths, labels: all, stored }: BenchData, count: number) {
  const galaxies = Uint32Array.from({ length: count }, (_, row) => row % paths.length);
  const workers = navigator.hardwareConcurrency;
  const producer = new ViewProducer({ workers, paths, stored });
  try {
    const views = producer.allocate(count);
    await producer.training(views, galaxies, { seed: 1, chunk: 0 });
    const labels = new Float32Array(count * ANSWER_COUNT);
    galaxies.forEach((galaxy, row) => {
      const from = galaxy * ANSWER_COUNT;
      labels.set(all.subarray(from, from + ANSWER_COUNT), row * ANSWER_COUNT);
    });
    return { views, labels };
  } finally {
    producer.close();
  }
}
