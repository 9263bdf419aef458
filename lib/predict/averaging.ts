/** Predictions averaged over the sixty fixed transforms (docs/augmentation.md §10 and §11). */
import { BLOCK_ROWS, blockBuffers, type BlockPlan, ViewBlocks } from "../data/views/blocks.ts";
import type { ViewProducer } from "../data/views/workers.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { FIXED_AUGMENTATIONS, IMAGE_FLOATS } from "../galaxy/transforms.ts";
import { AnswerQueue } from "../galaxy/answers.ts";

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
 * The prediction (galaxies, 37) for the producer's galaxies 0 … `count` − 1, each the mean over `seen`, or
 * of the plain views without it; a network with several orders takes the mean over them too.
 * @param seen indices into the sixty transforms
 * @returns undefined when a stop was requested
 */
export async function averagedPrediction(
  network: GalaxyNetwork,
  producer: ViewProducer,
  count: number,
  seen: Uint8Array | undefined,
  { onProgress, stopRequested }: AveragingHooks = {},
): Promise<Float32Array<ArrayBuffer> | undefined> {
  const transforms = seen?.length ?? 1;
  const sums = new Float64Array(count * ANSWER_COUNT);
  let taken = 0;
  const queue = new AnswerQueue(network, (predicted) => {
    for (let from = 0; from < predicted.length; taken++) {
      const to = Math.floor(taken / transforms) * ANSWER_COUNT;
      for (let k = 0; k < ANSWER_COUNT; k++) sums[to + k] += predicted[from++] / transforms;
    }
  });
  const perBlock = Math.min(count, galaxiesOfBlock(network.batch, transforms));
  const plans = galaxyBlocks(producer, count, perBlock, seen);
  const blocks = new ViewBlocks(plans, blockBuffers(producer, perBlock * transforms));
  let reported = performance.now();
  for (let block = await blocks.next(); block; block = await blocks.next()) {
    const { plan, views } = block;
    for (let first = 0; first < plan.rows; first += queue.most) {
      const end = Math.min(plan.rows, first + queue.most);
      await queue.add(views.subarray(first * IMAGE_FLOATS, end * IMAGE_FLOATS));
      if (stopRequested?.()) return undefined;
      if (performance.now() - reported > 5000) {
        onProgress?.(Math.floor(taken / transforms));
        reported = performance.now();
      }
    }
  }
  await queue.finish();
  // A GPU may round a quotient of equal numbers to a little above 1.
  return Float32Array.from(sums, (mean) => Math.min(1, mean));
}

/** As many galaxies as fit into the whole minibatches of about `BLOCK_ROWS` rows. */
function galaxiesOfBlock(batch: number, transforms: number): number {
  const rows = Math.max(1, Math.floor(BLOCK_ROWS / batch)) * batch;
  return Math.max(1, Math.floor(rows / transforms));
}

interface GalaxyBlock extends BlockPlan {
  readonly rows: number;
}

/** Galaxies 0 … `count` − 1, each through all transforms. */
function* galaxyBlocks(
  producer: ViewProducer,
  count: number,
  perBlock: number,
  seen: Uint8Array | undefined,
): Generator<GalaxyBlock> {
  const transforms = seen?.length ?? 1;
  for (let first = 0; first < count; first += perBlock) {
    const rows = Math.min(perBlock, count - first) * transforms;
    const indices = new Uint32Array(rows);
    const each = seen && new Uint8Array(rows);
    for (let row = 0; row < rows; row++) {
      indices[row] = first + Math.floor(row / transforms);
      if (each) each[row] = seen[row % transforms];
    }
    yield { rows, make: (views) => producer.fixed(views, indices, each) };
  }
}
