/** The competition's submission file: one row of 37 answers for each test galaxy. */
import { UserError } from "../errors.ts";
import { HEADER, parseAnswerTable } from "../data/answer_table.ts";
import { few } from "../data/few.ts";
import { numberIn } from "../formats/csv.ts";
import { sha256 } from "../files/digest.ts";
import { exists, readFile } from "../files/read.ts";
import { gunzip, gzip } from "../formats/gzip.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { parseProvenance, type Provenance, provenanceText } from "../provenance.ts";
import { answersOf, checkAnswers, type Prediction } from "../data/answer_check.ts";
import { uselessText } from "./judgement.ts";

/** Bytes of a submission, unpacked: three times as many as ours of all test images. */
export const SUBMISSION_LIMIT = 200_000_000;

/**
 * The text of a submission (docs/workflow.md §6), byte for byte what Python 2.7's csv module writes.
 * @param ids the GalaxyIDs of all test images, ascending
 * @throws UserError when a row is missing or too many, or a value is not finite or outside [0, 1]
 */
export function submissionCsv(ids: readonly number[], prediction: Prediction): string {
  const answers = checkPrediction(ids, prediction);
  const lines = [HEADER.join(",")];
  for (let row = 0; row < ids.length; row++) {
    let line = String(ids[row]);
    for (let column = 0; column < ANSWER_COUNT; column++) {
      line += "," + pythonFloat(answers[row * ANSWER_COUNT + column]);
    }
    lines.push(line);
  }
  return lines.join("\r\n") + "\r\n";
}

function checkPrediction(ids: readonly number[], prediction: Prediction) {
  const { name, shape } = prediction;
  const answers = answersOf(prediction);
  if (shape[0] !== ids.length) {
    throw new UserError(
      `${name} has ${shape[0]} rows, but the data folder has ${ids.length} test images. ` +
        `A submission needs all of them: predict again without --limit, or name the data folder ` +
        `of this prediction with --data DIR`,
    );
  }
  checkAnswers(name, ids, answers);
  return answers;
}

/** A number from 0 to 1 as Python's repr writes it: as short as can be read back exactly. */
export function pythonFloat(value: number): string {
  if (Number.isInteger(value)) return `${value}.0`;
  if (value >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}

/** A submission as a file, which says what it was made from. */
export function submissionBytes(
  csv: string,
  origin: Pick<Provenance, "marks" | "facts">,
): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(csv);
  const provenance = { ...origin, kind: "submission", content: sha256(bytes) } as const;
  return gzip(bytes, provenanceText(provenance));
}

/**
 * What a submission was made from; `undefined` where there is none, none that is whole, or one that
 * does not say.
 */
export async function readSubmission(path: string): Promise<Provenance | undefined> {
  if (!await exists(path)) return undefined;
  try {
    const { bytes, comment } = gunzip(await readFile(path), path, { limit: SUBMISSION_LIMIT });
    const provenance = parseProvenance(comment, path, ["submission"]);
    return provenance?.content === sha256(bytes) ? provenance : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * Checks a submission made elsewhere, as .csv or .csv.gz.
 * @param ids the GalaxyIDs of all test images
 * @returns what is worth knowing about it all the same, a sentence each
 * @throws UserError with what is wrong
 */
export async function checkSubmission(
  name: string,
  bytes: Uint8Array,
  ids: readonly number[],
): Promise<string[]> {
  const csv = name.endsWith(".gz") ? gunzip(bytes, name, { limit: SUBMISSION_LIMIT }).bytes : bytes;
  const places = new Map(ids.map((id, index) => [id, index]));
  const values = new Float64Array(ids.length * ANSWER_COUNT);
  const lines = new Map<number, number>();
  const extra: string[] = [];
  const double: string[] = [];
  let inOrder = true;
  await parseAnswerTable(csv, name, ({ id, cells, line }) => {
    const index = places.get(id);
    const earlier = lines.get(id);
    if (index === undefined) extra.push(`${id} (line ${line})`);
    else if (earlier) double.push(`${id} (lines ${earlier} and ${line})`);
    else {
      inOrder &&= index === lines.size;
      lines.set(id, line);
      values.set(cells.map(numberIn), index * ANSWER_COUNT);
    }
  });
  const missing = ids.filter((id) => !lines.has(id)).map(String);
  requireRows(name, ids.length, { missing, extra, double });
  checkAnswers(name, ids, values);
  const notes = inOrder ? [] : [
    `${name} has its rows in another order than the test images. That does not matter: they are ` +
    "matched by GalaxyID",
  ];
  const useless = uselessText(name, {}, values);
  return useless === undefined ? notes : [...notes, useless];
}

/** @throws UserError when there is not exactly one row for each test image */
function requireRows(
  name: string,
  images: number,
  { missing, extra, double }: Record<"missing" | "extra" | "double", readonly string[]>,
) {
  const wrong: string[] = [];
  const tell = (rows: readonly string[], one: string, several: string) => {
    if (rows.length === 0) return;
    const listed = few(rows, (row) => row).join(", ");
    wrong.push(`${rows.length} ${rows.length === 1 ? one : several}: ${listed}`);
  };
  tell(missing, "image has no row", "images have no row");
  tell(
    double,
    "row is of a galaxy that has one already",
    "rows are of galaxies that have one already",
  );
  tell(extra, "row is of no test image", "rows are of no test image");
  if (wrong.length === 0) return;
  throw new UserError(
    `${name} does not have one row for each of the ${images} test images of the data folder. ` +
      `${wrong.join("; ")}`,
  );
}
