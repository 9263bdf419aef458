/** The chunks of a run in blocks of views, which are made ahead. */
import { chunkImages } from "../data/chunks.ts";
import { BLOCK_ROWS, blockBuffers, type BlockPlan, ViewBlocks } from "../data/views/blocks.ts";
import type { ViewProducer } from "../data/views/workers.ts";
import type { TrainSettings } from "../runs/settings.ts";

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
  const plans = blockPlans(settings, producer, trainingCount, from, rows);
  return new ViewBlocks(plans, blockBuffers(producer, rows));
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
