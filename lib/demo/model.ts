/** The little network of the demonstration, and how it learns: in a browser too. */
import { defineModel } from "../galaxy/model.ts";

/**
 * An eighth of the paper's filters and fewer units. Wider initial weights than the paper's: they
 * learn within minutes what the paper's learn within hours.
 */
export const demoModel = defineModel("demo", (galaxy) =>
  galaxy
    .parts()
    .conv({ filters: 4, size: 6, weightStd: 0.14 }).maxPool()
    .conv({ filters: 8, size: 5, weightStd: 0.14 }).maxPool()
    .conv({ filters: 16, size: 3, weightStd: 0.17 })
    .conv({ filters: 16, size: 3, weightStd: 0.12 }).maxPool()
    .merge()
    .maxout(64, { weightStd: 0.03 })
    .answers({ weightStd: 0.05 }));

/**
 * Few galaxies are seen, and most of them only a few times: small minibatches for more updates, no
 * dropout, since there is no overfitting to prevent yet, and a warm-up of as many galaxies as it
 * takes until no question is dead (docs/network.md §7).
 */
export const DEMO_PLAN = {
  chunks: 32,
  chunkSize: 192,
  batchSize: 8,
  validateEvery: 4,
  learningRate: 0.03,
  warmUpChunks: 3,
  dropout: false,
} as const;
