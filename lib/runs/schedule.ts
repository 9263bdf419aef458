/** What a training does when: wherever it runs, in a browser too. */

/** How long a training is, and what it does at once; see `TrainSettings`. */
export interface Schedule {
  readonly chunks: number;
  readonly chunkSize: number;
  readonly batchSize: number;
  readonly learningRate: number;
}

/** Minibatches between two applications of a norm constraint (docs/network.md §10). */
export const CONSTRAIN_EVERY = 10;

/**
 * Learning rate of a chunk: 0.04 at first, a tenth of it from 72 % and a hundredth from 92 % of the
 * chunks (1800 and 2300 of the paper's 2500).
 */
export function learningRate(
  chunk: number,
  { chunks, learningRate }: Schedule,
): number {
  if (chunk * 100 >= 92 * chunks) return learningRate / 100;
  if (chunk * 100 >= 72 * chunks) return learningRate / 10;
  return learningRate;
}

/** Minibatches of a chunk. */
export function minibatches({ chunkSize, batchSize }: Schedule): number {
  return chunkSize / batchSize;
}
