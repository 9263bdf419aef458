/** The chunks of a run in blocks of views, which are made ahead. */
import { chunkImages } from "../data/chunks.ts";
import { type BlockPlan, ViewBlocks } from "../data/view_blocks.ts";
import type { ViewProducer } from "../data/view_workers.ts";
import type { TrainSettings } from "./settings.ts";

/**
 * Rows of a block, and of all that are in memory: 470 MB. A GPU that trains 10,000 images/s takes
 * 50 ms for a block; two whole chunks of the paper's would be 2.3 GB.
 */
const BLOCK_ROWS = 512;
const ALL_ROWS = 4096;

/** Consecutive rows of a chunk; no minibatch is in two blocks. */
export interface TrainingBlock extends BlockPlan {
  readonly chunk: number;
  /** Number of the first row in its chunk. */
  readonly firstRow: number;
  /** The galaxy of each row. */
  readonly images: Uint32Array;
}

/**
 * The views of a run from a minibatch on. What a row shows depends on its chunk and its number in it
 * only, not on the blocks.
 */
export function trainingBlocks(
  settings: TrainSettings,
  producer: ViewProducer,
  trainingCount: number,
  from: { chunk: number; minibatch: number },
): ViewBlocks<TrainingBlock> {
  const { batchSize, chunkSize } = settings;
  const rows = Math.min(chunkSize, Math.max(1, Math.floor(BLOCK_ROWS / batchSize)) * batchSize);
  const count = Math.max(2, Math.floor(ALL_ROWS / Math.max(rows, BLOCK_ROWS)));
  const plans = blockPlans(settings, producer, trainingCount, from, rows);
  return new ViewBlocks(plans, Array.from({ length: count }, () => producer.allocate(rows)));
}

function* blockPlans(
  { chunks, chunkSize, batchSize, seed, augment }: TrainSettings,
  producer: ViewProducer,
  trainingCount: number,
  from: { chunk: number; minibatch: number },
  rows: number,
): Generator<TrainingBlock> {
  let begin = from.minibatch * batchSize;
  for (let chunk = from.chunk; chunk < chunks; chunk++) {
    const all = chunkImages({ seed, chunk }, trainingCount, chunkSize);
    for (let firstRow = begin; firstRow < chunkSize; firstRow += rows) {
      const images = all.subarray(firstRow, firstRow + rows);
      const make = (views: Float32Array) =>
        augment
          ? producer.training(views, images, { seed, chunk, firstRow })
          : producer.fixed(views, images);
      yield { chunk, firstRow, images, make };
    }
    begin = 0;
  }
}
