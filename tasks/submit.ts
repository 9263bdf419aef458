/** `deno task submit`: from a prediction of the test images to the file for the competition. */
import type { Command } from "../lib/cli/flags.ts";
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG } from "../lib/cli/data_flag.ts";
import { exists } from "../lib/files/read.ts";
import { readySubmissions, tellReady } from "../lib/predict/ready.ts";
import { checkFile, submitPrediction } from "../lib/predict/submit.ts";
import { UNMARKED_FLAG } from "../lib/cli/unmarked_flag.ts";

const FOLDER = "predictions/final";
const DEFAULT = `${FOLDER}/augmented/test/extradense.npy.gz`;

const flags = {
  prediction: {
    type: "path",
    kind: "prediction",
    access: "write",
    readWith: "out",
    value: "FILE.npy.gz",
    help: "Predicted vote fractions of all test images, (N, 37) (default: " +
      "augmented/test/extradense.npy.gz in predictions/final)",
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
    "has one row of 37 finite numbers from 0 to 1 for each test image. Where nothing is named, and\n" +
    "there is no prediction yet, it says which submissions trainings have left.",
  flags,
};

await runCommand(command, async ({ check, data, prediction, out, acceptUnmarked }) => {
  const say = console.log, warn = console.warn;
  if (check) return await checkFile(check, data, say);
  if (prediction === undefined && out === undefined && !await exists(DEFAULT)) {
    const ready = await readySubmissions(FOLDER);
    if (ready.length > 0) return await tellReady(ready, FOLDER, { data, say, warn });
  }
  await submitPrediction({
    data,
    prediction: prediction ?? DEFAULT,
    out,
    acceptUnmarked,
    say,
    warn,
  });
});
