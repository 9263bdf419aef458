/** `deno task submit`: from a prediction of the test images to the file for the competition. */
import { openDataset } from "../lib/data/dataset.ts";
import { messageOf, UserError } from "../lib/errors.ts";
import { type Command } from "../lib/flags.ts";
import { writeFileAtomic } from "../lib/formats/atomic.ts";
import { readNpy } from "../lib/formats/npy.ts";
import { runCommand } from "../lib/run/command.ts";
import { checkSubmission, submissionFile } from "../lib/run/submission.ts";

const flags = {
  prediction: {
    type: "text",
    value: "FILE.npy.gz",
    default: "predictions/final/augmented/test/extradense.npy.gz",
    help: "Predicted answers of all test images, (N, 37)",
  },
  data: { type: "text", value: "DIR", default: "data/raw", help: "Folder with images_test_rev1" },
  out: { type: "text", value: "FILE.csv.gz", help: "Where to write, if not beside the prediction" },
  check: {
    type: "text",
    value: "FILE",
    help: "Only check a submission made elsewhere, .csv or .csv.gz",
  },
} as const;
const command: Command<typeof flags> = {
  task: "submit",
  summary: "Turns a prediction of the test images into the file to submit, or refuses with the\n" +
    "reason: each test image needs one row of 37 finite numbers from 0 to 1.",
  flags,
};

await runCommand(command, async ({ prediction, data, out, check }) => {
  const target = out ?? prediction.replace(/\.npy(\.gz)?$/, "") + ".csv.gz";
  if (!target.endsWith(".csv.gz")) throw new UserError(`--out ${target} must end in .csv.gz`);
  const { test: { ids } } = await openDataset(data, { need: { test: true } });
  if (check) {
    await checkSubmission(check, await readSubmission(check), ids);
    console.log(`${check} is a valid submission: ${ids.length} galaxies with 37 answers each`);
    return;
  }
  const file = await submissionFile(ids, { name: prediction, ...await readNpy(prediction) });
  await writeFileAtomic(target, file);
  console.log(`Wrote ${target}: ${ids.length} galaxies with 37 answers each`);
});

async function readSubmission(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${messageOf(error)}`);
  }
}
