/** `--data`, the same for all tasks that read the competition's files. */
export const DATA_FLAG = {
  type: "path",
  kind: "data",
  access: "read",
  value: "DIR",
  default: "data/raw",
  help: "Folder with the competition's files",
} as const;
