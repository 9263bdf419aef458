/** `--width`, the same for training, prediction and `info`. */
export const WIDTH_FLAG = {
  type: "number",
  value: "SHARE",
  min: 0.01,
  max: 1,
  default: 1,
  help: "Share of the model's filters and units, to try things out on a narrower copy",
} as const;
