/** What defines a training run: everything that decides the parameters it ends with. */
import { UserError } from "../errors.ts";

export interface TrainSettings {
  readonly chunks: number;
  /** Galaxies of a chunk, a multiple of the batch size. */
  readonly chunkSize: number;
  readonly batchSize: number;
  /** Chunks between two validations. */
  readonly validateEvery: number;
  readonly seed: number;
  /** Only the first galaxies of the data, if not 0. */
  readonly limit: number;
  /** False shows every galaxy as it is, always: for tests of the network, not for models. */
  readonly augment: boolean;
  readonly dropout: boolean;
  /** Chunks at the start that compare clipped raw outputs with the labels (spec/network.md §6). */
  readonly warmUpChunks: number;
  /** Learning rate at the start; a tenth and a hundredth of it follow. */
  readonly learningRate: number;
}

/** The settings of all 17 models (spec/models.md §2). */
export const PAPER_SETTINGS: TrainSettings = {
  chunks: 2500,
  chunkSize: 10_000,
  batchSize: 16,
  validateEvery: 20,
  seed: 1,
  limit: 0,
  augment: true,
  dropout: true,
  warmUpChunks: 1,
  learningRate: 0.04,
};

/** @throws UserError when the settings contradict each other */
export function checkSettings({ chunkSize, batchSize }: TrainSettings) {
  if (chunkSize % batchSize !== 0) {
    throw new UserError(
      `--chunk-size ${chunkSize} is not a multiple of --batch-size ${batchSize}; ` +
        `${Math.ceil(chunkSize / batchSize) * batchSize} would be`,
    );
  }
}

/**
 * Learning rate of a chunk: 0.04 at first, a tenth of it from 72 % and a hundredth from 92 % of the
 * chunks (1800 and 2300 of the paper's 2500).
 */
export function learningRate(chunk: number, { chunks, learningRate }: TrainSettings): number {
  if (chunk * 100 >= 92 * chunks) return learningRate / 100;
  if (chunk * 100 >= 72 * chunks) return learningRate / 10;
  return learningRate;
}

/** Minibatches of a chunk. */
export function minibatches({ chunkSize, batchSize }: TrainSettings): number {
  return chunkSize / batchSize;
}
