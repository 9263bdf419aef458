/** `deno task cache`: decodes every image once, so that training and prediction need not. */
import type { Flags } from "../lib/cli/flags.ts";
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG } from "../lib/cli/data_flag.ts";
import { makeCache, removeCaches } from "../lib/prepare/cache.ts";

const flags = {
  data: { ...DATA_FLAG, access: "write" },
  to: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    help: "Folder to make it in, and to find it in later (default: <data>/cache)",
  },
  set: {
    type: "text",
    value: "SET",
    choices: ["train", "test", "both"],
    help: "train, test or both (default: those that are there)",
  },
  workers: {
    type: "integer",
    value: "N",
    min: 1,
    max: 256,
    default: navigator.hardwareConcurrency,
    help: "Workers that decode",
  },
  remove: { type: "switch", help: "Remove the cache" },
} satisfies Flags;

const command = {
  task: "cache",
  summary: "Decodes every image once into a file that training and prediction read instead of\n" +
    "the JPEGs: 31 GiB for the training images of the competition, 40 GiB for the test images.\n" +
    "Run it again to go on after an interruption, or when images have changed.",
  flags,
};

if (import.meta.main) {
  await runCommand(command, (values) => values.remove ? removeCaches(values) : makeCache(values));
}
