/** Flags that every task has that predicts galaxies of a data folder. */
import type { Flags } from "../cli/flags.ts";

export const PREDICTION_FLAGS = {
  "batch-size": {
    type: "integer",
    value: "N",
    min: 1,
    max: 1024,
    help: "Views of a minibatch (default: 128 on a GPU, 32 on a software or a small one)",
  },
  workers: {
    type: "integer",
    value: "N",
    min: 1,
    max: 256,
    help: "Workers that decode and transform (default: one per core)",
  },
} as const satisfies Flags;
