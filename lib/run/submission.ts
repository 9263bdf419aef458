/** The competition's submission file: one row of 37 answers for each test galaxy. */
import { UserError } from "../errors.ts";
import { parseCsv } from "../formats/csv.ts";
import { gunzip, gzip } from "../formats/npy.ts";
import { ANSWER_COLUMNS, ANSWER_COUNT } from "../galaxy/questions.ts";
import { answersOf, checkAnswers, type Prediction } from "./answer_check.ts";

const HEADER = ["GalaxyID", ...ANSWER_COLUMNS];

/**
 * The text of a submission (spec/workflow.md §6), byte for byte what Python 2.7's csv module writes.
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

/** The bytes of the `.csv.gz` file. @throws as `submissionCsv` does */
export function submissionFile(ids: readonly number[], prediction: Prediction) {
  return gzip(new TextEncoder().encode(submissionCsv(ids, prediction)));
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

/**
 * Checks a submission made elsewhere, as .csv or .csv.gz.
 * @param ids the GalaxyIDs of all test images, ascending
 * @throws UserError with the first thing that is wrong
 */
export async function checkSubmission(name: string, bytes: Uint8Array, ids: readonly number[]) {
  const text = new TextDecoder().decode(name.endsWith(".gz") ? await gunzip(bytes, name) : bytes);
  const values = new Float64Array(ids.length * ANSWER_COUNT);
  let rows = -1; // the header is none
  await parseCsv(text, name, (cells, line) => {
    const place = `${name}, line ${line}`;
    if (cells.length !== HEADER.length) {
      throw new UserError(`${place}: ${cells.length} columns, expected ${HEADER.length}`);
    }
    if (rows < 0) checkHeader(cells, place);
    else if (rows < ids.length) {
      if (cells[0] !== String(ids[rows])) {
        throw new UserError(
          `${place}: galaxy "${cells[0]}", expected ${ids[rows]}. ` +
            `The rows must be the test images in ascending order`,
        );
      }
      values.set(cells.slice(1).map(toNumber), rows * ANSWER_COUNT);
    }
    rows++;
  });
  if (rows !== ids.length) {
    throw new UserError(
      `${name} has ${Math.max(0, rows)} rows, but the data folder has ${ids.length} test images`,
    );
  }
  checkAnswers(name, ids, values);
}

function checkHeader(cells: readonly string[], place: string) {
  const wrong = cells.findIndex((cell, column) => cell !== HEADER[column]);
  if (wrong >= 0) {
    throw new UserError(
      `${place}: column ${wrong + 1} is called "${cells[wrong]}", expected "${HEADER[wrong]}"`,
    );
  }
}

const toNumber = (cell: string) => cell.trim() === "" ? NaN : Number(cell);
