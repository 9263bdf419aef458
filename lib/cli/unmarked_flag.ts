/** `--accept-unmarked`, the same for every task that reads what others have made. */
export const UNMARKED_FLAG = {
  type: "switch",
  help: "Take files that do not say what they were made from, as the original's, with a warning",
} as const;
