/** `deno task submit`: from a prediction of the test images to the file for the competition. */
import type { Command } from "../lib/cli/flags.ts";
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG } from "../lib/cli/data_flag.ts";
import { checkFile, submitPrediction } from "../lib/predict/submit.ts";
import { UNMARKED_FLAG } from "../lib/cli/unmarked_flag.ts";

const flags = {
  prediction: {
    type: "path",
    kind: "prediction",
    access: "write",
    readWith: "out",
    value: "FILE.npy.gz",
    default: "predictions/final/augmented/test/extradense.npy.gz",
    help: "Predicted vote fractions of all test images, (N, 37)",
  },
  data: { ...DATA_FLAG, help: "Folder with images_test_rev1" },
  out: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE.csv.gz",
    help: "Where to write, if not beside the prediction",
  },
  check: {
    type: "path",
    kind: "file",
    access: "read",
    value: "FILE",
    help: "Only check a submission made elsewhere, .csv or .csv.gz",
  },
  "accept-unmarked": UNMARKED_FLAG,
} as const;
const command: Command<typeof flags> = {
  task: "submit",
  summary:
    "Turns a prediction of the test images into the file to submit, after checking that it\n" +
    "has one row of 37 finite numbers from 0 to 1 for each test image.",
  flags,
};

await runCommand(command, async ({ check, data, ...options }) => {
  const say = console.log, warn = console.warn;
  if (check) await checkFile(check, data, say);
  else await submitPrediction({ ...options, data, say, warn });
});
