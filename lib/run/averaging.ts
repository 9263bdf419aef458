/** Answers averaged over the sixty fixed transforms (spec/augmentation.md §10 and §11). */
import type { ViewProducer } from "../data/view_workers.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { FIXED_AUGMENTATIONS } from "../galaxy/transforms.ts";
import { answersFor } from "./validator.ts";

/**
 * Rows of views that are made at a time: 220 MB on a GPU; a software adapter should not take
 * minutes until it hears of a stop.
 */
const ROWS = { gpu: 1920, software: 120 };

export interface AveragingHooks {
  /** Called with the number of galaxies done, at most every few seconds. */
  onProgress?(galaxies: number): void;
  stopRequested?(): boolean;
}

/**
 * The transforms that a network sees when each of them stands for `orders` of the sixty: without
 * flips, and rotations below 180° only (index = 20 · zoom + 2 · rotation + flip).
 */
export function seenTransforms(orders: number): Uint8Array {
  const all = Uint8Array.from(FIXED_AUGMENTATIONS.keys());
  if (orders === 1) return all;
  return all.filter((index) => {
    const { flip, rotation } = FIXED_AUGMENTATIONS[index];
    return !flip && rotation < 180;
  });
}

/**
 * Answers (galaxies, 37) of the producer's galaxies 0 … `count` − 1, each the mean over `seen`, or
 * of the plain views without it; a network with several orders takes the mean over them too.
 * @param seen indices into the sixty transforms
 * @returns undefined when a stop was requested
 */
export async function averagedAnswers(
  network: GalaxyNetwork,
  producer: ViewProducer,
  count: number,
  seen: Uint8Array | undefined,
  { onProgress, stopRequested }: AveragingHooks = {},
): Promise<Float32Array<ArrayBuffer> | undefined> {
  const transforms = seen?.length ?? 1;
  const rows = Math.min(network.gpu.software ? ROWS.software : ROWS.gpu, count * transforms);
  const perChunk = Math.max(1, Math.floor(rows / transforms));
  const buffers = [0, 1].map(() => producer.allocate(perChunk * transforms));
  const answers = new Float32Array(count * ANSWER_COUNT);
  const make = async (first: number, buffer: Float32Array) => {
    const galaxies = Math.min(perChunk, count - first);
    const rows = Array.from({ length: galaxies * transforms }, (_, row) => row);
    const indices = rows.map((row) => first + Math.floor(row / transforms));
    const each = seen && Uint8Array.from(rows, (row) => seen[row % transforms]);
    await producer.fixed(buffer, indices, each);
    return galaxies;
  };
  let reported = performance.now();
  let making = make(0, buffers[0]);
  for (let first = 0, turn = 0; first < count; turn ^= 1) {
    const galaxies = await making;
    // The next views are made while these go through the network.
    if (first + galaxies < count) making = make(first + galaxies, buffers[turn ^ 1]);
    const single = await answersFor(network, buffers[turn], galaxies * transforms);
    for (let galaxy = 0; galaxy < galaxies; galaxy++) {
      const from = galaxy * transforms * ANSWER_COUNT;
      average(single.subarray(from, from + transforms * ANSWER_COUNT), transforms)
        .forEach((mean, k) => answers[(first + galaxy) * ANSWER_COUNT + k] = Math.min(1, mean));
    }
    first += galaxies;
    if (stopRequested?.()) return undefined;
    if (performance.now() - reported > 5000 && first < count) {
      onProgress?.(first);
      reported = performance.now();
    }
  }
  return answers;
}

/** A GPU may round a quotient of equal numbers to a little above 1: the caller cuts that off. */
function average(rows: Float32Array, count: number): Float64Array {
  const means = new Float64Array(ANSWER_COUNT);
  for (let i = 0; i < rows.length; i++) means[i % ANSWER_COUNT] += rows[i] / count;
  return means;
}
