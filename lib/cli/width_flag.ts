/** `--width`: a share of a model's filters and units. */
const WIDTH = { type: "number", value: "SHARE", min: 0.01, max: 1 } as const;

/** Where nothing else says how wide a network is. */
export const WIDTH_FLAG = {
  ...WIDTH,
  default: 1,
  help: "Share of the model's filters and units, to try things out on a narrower copy",
} as const;

/** Where a file of parameters says it. */
export const FILE_WIDTH_FLAG = {
  ...WIDTH,
  help: "Share of the model's filters and units (default: as the parameters have it)",
} as const;

/** For training, which begins with a file or without one. */
export const TRAIN_WIDTH_FLAG = {
  ...WIDTH,
  help:
    "Share of the model's filters and units, to try things out on a narrower copy (default: as " +
    "the run that is resumed has it, or the parameters of --init, or 1)",
} as const;
