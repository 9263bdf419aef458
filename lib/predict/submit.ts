/** `deno task submit`: a prediction of the test images as the file for the competition. */
import { basename, dirname, join } from "node:path";
import { openDataset } from "../data/dataset.ts";
import { imagesAtHand } from "../data/images/marks.ts";
import { commandLine } from "../called.ts";
import { UserError } from "../errors.ts";
import { requireWritable, writeFileAtomic } from "../files/atomic.ts";
import { exists, readFile } from "../files/read.ts";
import { readMarkedNpy } from "../formats/marked_npy.ts";
import { galaxiesMark } from "../marks.ts";
import { type Mark, requireOrigin, type SlowMark } from "../provenance.ts";
import { uselessText } from "./judgement.ts";
import {
  checkSubmission,
  readSubmission,
  SUBMISSION_LIMIT,
  submissionBytes,
  submissionCsv,
} from "./submission.ts";
import { VERSION } from "../version.ts";

export interface SubmitOptions {
  /** Folder with the test images. */
  data: string;
  /** The prediction, `.npy` or `.npy.gz`. */
  prediction: string;
  /** The file to write (default: beside the prediction). */
  out?: string | undefined;
  /** Whether to take a prediction that does not say what it was made from. */
  acceptUnmarked: boolean;
  say(line: string): void;
  warn(line: string): void;
}

/** Where the submission of a prediction goes when nothing else is said. */
export function submissionPath(prediction: string): string {
  return prediction.replace(/\.npy(\.gz)?$/, "") + ".csv.gz";
}

/**
 * Writes a submission.
 * @throws UserError when the prediction is missing, damaged, or of other galaxies or images
 */
export async function submitPrediction(options: SubmitOptions) {
  const { data, prediction, out = submissionPath(prediction), say, warn } = options;
  if (!out.endsWith(".csv.gz")) throw new UserError(`--out ${out} must end in .csv.gz`);
  await requireThere(prediction);
  await requireWritable(out);
  const { test } = await openDataset(data, { need: { test: true } });
  const images = await imagesAtHand(test.paths);
  const { provenance, digest, ...array } = await readMarkedNpy(prediction, ["prediction", "blend"]);
  const csv = submissionCsv(test.ids, { name: prediction, ...array });
  const galaxies = galaxiesMark(test.ids);
  const advice = "Predict again, or name the data folder of this prediction with --data DIR";
  const unmarked = { accept: options.acceptUnmarked, warn };
  await requireOrigin(prediction, provenance, { galaxies, images }, advice, unmarked);
  const marks = {
    predictions: predictionsMark(digest),
    galaxies,
    // Those of the prediction are these, as was checked.
    images: provenance?.marks.images ?? await read(images),
  };
  await writeFileAtomic(out, submissionBytes(csv, { marks, facts: { version: VERSION } }));
  say(`Wrote ${out}: ${test.ids.length} galaxies with 37 answers each`);
  const { data: answers } = array;
  const useless = uselessText(prediction, provenance?.facts ?? {}, answers as Float32Array);
  if (useless !== undefined) warn(`warning: ${useless}`);
}

/** A prediction, told by the SHA-256 of its values. */
export function predictionsMark(digest: string): Mark {
  return { digest, text: "a prediction" };
}

async function read({ text, quick, digest }: SlowMark): Promise<Mark> {
  return { text, quick, digest: await digest() };
}

/** Checks a submission made elsewhere. @throws UserError with what is wrong */
export async function checkFile(path: string, data: string, say: (line: string) => void) {
  const { test: { ids } } = await openDataset(data, { need: { test: true } });
  const bytes = await readFile(path, { limit: SUBMISSION_LIMIT });
  for (const note of await checkSubmission(path, bytes, ids)) say(`note: ${note}`);
  say(`${path} is a valid submission: ${ids.length} galaxies with 37 answers each`);
}

/** @throws UserError naming what there is instead */
async function requireThere(prediction: string) {
  if (await exists(prediction)) return;
  // predictions/final/{augmented,single}/test/<model>.npy.gz and predictions/final/<model>.csv.gz
  const folder = dirname(prediction);
  const root = join(folder, "..", "..");
  const others: string[] = [];
  for (const [kind, what] of [["augmented", "averaged"], ["single", "a single pass"]]) {
    const path = join(root, kind, basename(folder), basename(prediction));
    if (await exists(path)) others.push(`${path} (${what})`);
  }
  const predict = commandLine("predict:<model>");
  const advice = others.length > 0
    ? `is missing, but there is ${
      others.join(" and ")
    }. Name it with --prediction, or make the one ` +
      `that is missing with ${predict}`
    : `is missing. Make it with ${predict}, or name another with --prediction FILE`;
  const ready = join(root, basename(submissionPath(prediction)));
  const handIn = await readSubmission(ready)
    ? `. A single pass by the training is ready to be submitted as it is: ${ready}`
    : "";
  throw new UserError(`${prediction} ${advice}${handIn}`);
}
