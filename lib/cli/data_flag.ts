/** `--data` and `--sextractor`, the same for all tasks that read these files. */
export const DATA_FLAG = {
  type: "path",
  kind: "data",
  access: "read",
  value: "DIR",
  default: "data/raw",
  help: "Folder with the competition's files",
} as const;

export const SEXTRACTOR_FLAG = {
  type: "path",
  kind: "folder",
  access: "read",
  value: "DIR",
  help: "Folder with pysex_params files, for models that centre (default: the data's or above)",
} as const;
