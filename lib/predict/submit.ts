/** `deno task submit`: a prediction of the test images as the file for the competition. */
import { basename, dirname, join } from "node:path";
import { openDataset } from "../data/dataset.ts";
import { imagesAtHand } from "../data/images/marks.ts";
import { commandLine } from "../called.ts";
import { UserError } from "../errors.ts";
import { requireWritable, writeFileAtomic } from "../files/atomic.ts";
import { sha256 } from "../files/digest.ts";
import { exists, readFile } from "../files/read.ts";
import { gzip } from "../formats/gzip.ts";
import { readMarkedNpy } from "../formats/marked_npy.ts";
import { galaxiesMark } from "../marks.ts";
import { type Mark, provenanceText, requireOrigin, type SlowMark } from "../provenance.ts";
import { checkSubmission, SUBMISSION_LIMIT, submissionCsv } from "./submission.ts";
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
  const bytes = new TextEncoder().encode(csv);
  const text = provenanceText({
    kind: "submission",
    content: sha256(bytes),
    marks: {
      predictions: predictionsMark(digest),
      galaxies,
      // Those of the prediction are these, as was checked.
      images: provenance?.marks.images ?? await read(images),
    },
    facts: { version: VERSION },
  });
  await writeFileAtomic(out, gzip(bytes, text));
  say(`Wrote ${out}: ${test.ids.length} galaxies with 37 answers each`);
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

/** @throws UserError naming other predictions of the same model, where there are any */
async function requireThere(prediction: string) {
  if (await exists(prediction)) return;
  const folder = dirname(prediction);
  const others: string[] = [];
  // predictions/final/{augmented,single}/test/<model>.npy.gz
  for (const [kind, what] of [["augmented", "averaged"], ["single", "a single pass"]]) {
    const path = join(folder, "..", "..", kind, basename(folder), basename(prediction));
    if (await exists(path)) others.push(`${path} (${what})`);
  }
  const predict = commandLine("predict:<model>");
  throw new UserError(
    others.length
      ? `${prediction} is missing, but there is ${
        others.join(" and ")
      }. Name it with --prediction, ` +
        `or make the one that is missing with ${predict}`
      : `${prediction} is missing. Make it with ${predict}, or name another with ` +
        "--prediction FILE",
  );
}
