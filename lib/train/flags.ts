/** The command line of training. */
import type { Flags, Values } from "../cli/flags.ts";
import { DATA_FLAG, SEXTRACTOR_FLAG } from "../cli/data_flag.ts";
import { PAPER_SETTINGS as paper } from "../runs/settings.ts";
import { UNMARKED_FLAG } from "../cli/unmarked_flag.ts";
import { TRAIN_WIDTH_FLAG } from "../cli/width_flag.ts";

/** Settings have no default here: on --resume the run's own count where a flag is not given. */
export const TRAIN_FLAGS = {
  data: DATA_FLAG,
  sextractor: SEXTRACTOR_FLAG,
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    help: "Folder of the run (default: analysis/final/<model>)",
  },
  predictions: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    help: "Folder of the predictions of the test images (default: that of --out, or " +
      "predictions/final)",
  },
  init: {
    type: "path",
    kind: "file",
    access: "read",
    value: "FILE",
    help:
      "Begin with these parameters, of the same shapes, and without a warm-up (default: random)",
  },
  chunks: {
    type: "integer",
    value: "N",
    min: 1,
    help: `Chunks to train (default: ${paper.chunks}); the learning rate drops at 72 % and 92 %`,
  },
  "chunk-size": {
    type: "integer",
    value: "N",
    min: 1,
    help: `Galaxies of a chunk (default: ${paper.chunkSize})`,
  },
  "batch-size": {
    type: "integer",
    value: "N",
    min: 1,
    max: 1024,
    help: `Galaxies of a minibatch (default: ${paper.batchSize})`,
  },
  "validate-every": {
    type: "integer",
    value: "N",
    min: 1,
    help: `Chunks between validations (default: ${paper.validateEvery})`,
  },
  seed: {
    type: "integer",
    value: "N",
    min: 0,
    help: "Seed of parameters, chunks, augmentation and dropout (default: the model's own)",
  },
  limit: {
    type: "integer",
    value: "N",
    min: 10,
    help: "Use only the first N galaxies, to try something out",
  },
  width: TRAIN_WIDTH_FLAG,
  workers: {
    type: "integer",
    value: "N",
    min: 1,
    max: 256,
    help: "Workers that decode and augment; results do not depend on it (default: one per core)",
  },
  resume: { type: "switch", help: "Go on from the last checkpoint" },
  "no-test": { type: "switch", help: "Do not predict the test images at the end" },
  "dry-run": { type: "switch", help: "Check everything, say what would happen, write nothing" },
  "ignore-label-errors": {
    type: "switch",
    help: "Train although labels leave [0, 1] or break the decision tree",
  },
  "accept-unmarked": UNMARKED_FLAG,
  "allow-software": { type: "switch", help: "Train on a software adapter: correct, but slow" },
  profile: { type: "switch", help: "Show the time of every kernel of one step, then stop" },
} satisfies Flags;

export type TrainFlags = Values<typeof TRAIN_FLAGS>;

/** Only for models with a norm constraint. */
export const NORM_FLAG = {
  type: "text",
  value: "NORM",
  choices: ["rms", "l2"],
  default: "rms",
  help: "What the constraint caps: the root mean square as in the original code, or the L2 norm " +
    "that its author seems to have meant",
} as const;
