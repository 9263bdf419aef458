/** `deno task watch`: a page that follows trainings. */
import { runCommand } from "../lib/cli/command.ts";
import { RUNS_FOLDER } from "../lib/runs/found.ts";
import { watch } from "../lib/watch/watch.ts";

if (import.meta.main) {
  await runCommand({
    task: "watch",
    summary:
      "Shows trainings in a browser, while they go on or afterwards: curves over each other, " +
      "speed, inputs, filters, right and wrong galaxies. Only files are read, so no training " +
      `notices. Without folders, all runs below ${RUNS_FOLDER} are shown. Ctrl-C ends it.`,
    operand: "[FOLDER…]",
    operandPlace: { kind: "folder", access: "read" },
    flags: {
      port: {
        type: "integer",
        value: "N",
        min: 0,
        max: 65_535,
        default: 0,
        help: "Port on 127.0.0.1; 0 takes a free one",
      },
    },
  }, ({ port }, folders) =>
    watch({
      folders,
      port,
      listening: (address) => console.log(`${address}  (Ctrl-C ends it)`),
    }));
}
