/** The labels file of the competition: `GalaxyID`, then 37 vote fractions, one row per galaxy. */
import { quoted, UserError } from "../errors.ts";
import { readFile } from "../files/read.ts";
import { numberIn } from "../formats/csv.ts";
import { ANSWER_COLUMNS, ANSWER_COUNT, QUESTIONS } from "../galaxy/questions.ts";
import { type AnswerRow, parseAnswerTable } from "./answer_table.ts";
import {
  describeOutside,
  describeViolations,
  outsideRange,
  treeViolations,
} from "./label_check.ts";
import { few } from "./few.ts";

export interface Labels {
  /** GalaxyIDs in the order of the file. */
  ids: number[];
  /** (galaxies, 37) */
  labels: Float32Array<ArrayBuffer>;
}

const LISTED = 10;
/** Bytes of a file: ten times as many as the competition's. */
const LIMIT = 250_000_000;
/** Outside of these a number is no vote fraction with an error, but something else. */
const LEAST = -1, MOST = 2;

/**
 * Reads a labels file. Its values are judged only where they cannot be vote fractions at all.
 * @throws UserError when it is missing, has another header, a row of another length, something that
 * is not a number or outside [-1, 2], or a GalaxyID twice
 */
export async function readLabels(path: string): Promise<Labels> {
  return await parseLabels(await readFile(path, { limit: LIMIT }), path);
}

/** As `readLabels`, from the bytes of the file. */
export async function parseLabels(bytes: Uint8Array, name: string): Promise<Labels> {
  const ids: number[] = [];
  const rows: Float32Array[] = [];
  const lines = new Map<number, number>();
  const impossible = new ImpossibleValues();
  await parseAnswerTable(bytes, name, (row) => {
    const { id, line } = row;
    const earlier = lines.get(id);
    if (earlier) {
      throw new UserError(`${name}, line ${line}: galaxy ${id} stands in line ${earlier} already`);
    }
    lines.set(id, line);
    ids.push(id);
    const values = readValues(row, name);
    impossible.look(row, values);
    rows.push(Float32Array.from(values));
  });
  if (rows.length === 0) throw new UserError(`${name} has no row of labels`);
  impossible.refuse(name, rows.length);
  const labels = new Float32Array(rows.length * ANSWER_COUNT);
  rows.forEach((row, index) => labels.set(row, index * ANSWER_COUNT));
  return { ids, labels };
}

function readValues({ cells, line }: AnswerRow, name: string): number[] {
  return cells.map((cell, column) => {
    const value = numberIn(cell);
    if (Number.isFinite(value)) return value;
    const percentage = Number.isFinite(numberIn(cell.replace("%", "")));
    throw new UserError(
      `${name}, line ${line}: ${ANSWER_COLUMNS[column]} is ${quoted(cell)}, expected ` +
        (percentage ? "a fraction from 0 to 1, not a percentage" : "a number"),
    );
  });
}

/** Values that a network must not be trained on, whatever the user says: 1e30 makes it NaN at once. */
class ImpossibleValues {
  /** The first few. */
  readonly #listed: string[] = [];
  #count = 0;
  #percentages = 0;

  look({ id, line }: AnswerRow, values: readonly number[]) {
    values.forEach((value, column) => {
      if (value >= LEAST && value <= MOST) return;
      if (this.#count++ >= LISTED) return;
      this.#listed.push(`line ${line}, galaxy ${id}: ${ANSWER_COLUMNS[column]} is ${value}`);
    });
    const [{ first, answers }] = QUESTIONS;
    const sum = values.slice(first, first + answers.length).reduce((a, b) => a + b);
    if (Math.abs(sum - 100) < 1) this.#percentages++;
  }

  refuse(name: string, rows: number) {
    const count = this.#count;
    if (count === 0) return;
    if (this.#percentages > rows / 2) {
      throw new UserError(
        `${name} holds percentages: the answers to question 1 sum to 100 for ` +
          `${this.#percentages} of ${rows} galaxies. Divide all values by 100`,
      );
    }
    const more = count > LISTED ? [`and ${count - LISTED} more`] : [];
    throw new UserError(
      `${name}: ${count} ${
        count === 1 ? "value is" : "values are"
      } outside [${LEAST}, ${MOST}] and ` +
        "cannot be a vote fraction, which --ignore-label-errors does not change:\n  " +
        [...this.#listed, ...more].join("\n  "),
    );
  }
}

/**
 * Checks that labels lie in [0, 1] and obey the decision tree.
 * @param name the file they came from
 * @param ignore warns instead of refusing
 * @throws UserError with the first few galaxies at fault and how many there are
 */
export function checkLabels(
  { ids, labels }: Labels,
  name: string,
  { ignore, warn }: { ignore: boolean; warn: (text: string) => void },
) {
  const report = (text: string) => {
    if (!ignore) throw new UserError(`${text}\nUse --ignore-label-errors to go on all the same`);
    warn(`warning: ${text}`);
  };
  const outside = outsideRange(labels);
  if (outside.length > 0) {
    const listed = few(describeOutside(outside, labels, ids), (line) => line, LISTED);
    report(`${name}: ${outside.length} values are outside [0, 1]:\n  ${listed.join("\n  ")}`);
  }
  const violations = treeViolations(labels);
  if (violations.length > 0) {
    const galaxies = new Set(violations.map(({ row }) => row)).size;
    const listed = few(describeViolations(violations, ids), (line) => line, LISTED);
    report(
      `${name}: ${violations.length} sums of ${galaxies} galaxies break the decision tree:\n` +
        `  ${listed.join("\n  ")}`,
    );
  }
}
