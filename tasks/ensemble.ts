/** `deno task ensemble`: blends the predictions of all models. */
import { UserError } from "../lib/errors.ts";
import type { Command } from "../lib/cli/flags.ts";
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG } from "../lib/cli/data_flag.ts";
import { blendPredictions } from "../lib/ensemble/ensemble.ts";
import { UNMARKED_FLAG } from "../lib/cli/unmarked_flag.ts";

const flags = {
  data: DATA_FLAG,
  predictions: {
    type: "path",
    kind: "folder",
    access: "write",
    readWith: "out",
    value: "DIR",
    default: "predictions/final",
    help: "Folder of predictions, with augmented/valid and augmented/test",
  },
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    help: "Folder for the blends (default: blended in the above)",
  },
  models: { type: "text", value: "A,B,C", help: "Blend these models only" },
  folds: { type: "integer", value: "N", min: 2, default: 5, help: "Folds of the cross-validation" },
  seed: { type: "integer", value: "N", min: 0, default: 1, help: "Seed of the starts and folds" },
  report: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "The report (default: report.html beside the blends)",
  },
  "accept-unmarked": UNMARKED_FLAG,
} as const;
const command: Command<typeof flags> = {
  task: "ensemble",
  summary:
    "Blends the models' averaged predictions in the three ways of the paper (uniform, weighted,\n" +
    "weighted per answer), estimates the RMSE of each model and blend, and writes the blended test\n" +
    "predictions, for the task submit, and a report.",
  flags,
};

function namesIn(list: string): string[] {
  const names = list.split(",").map((name) => name.trim());
  if (names.includes("")) throw new UserError(`--models must be names like a,b,c, not "${list}"`);
  return names;
}

if (import.meta.main) {
  await runCommand(command, async ({ models, ...flags }) => {
    const out = flags.out ?? `${flags.predictions}/blended`;
    await blendPredictions({
      ...flags,
      out,
      report: flags.report ?? `${out}/report.html`,
      ...(models === undefined ? {} : { models: namesIn(models) }),
      say: (line) => console.log(line),
    });
  });
}
