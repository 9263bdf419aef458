/** The labels file of the competition: `GalaxyID`, then 37 vote fractions, one row per galaxy. */
import { messageOf, UserError } from "../errors.ts";
import { parseCsv } from "../formats/csv.ts";
import { ANSWER_COLUMNS, ANSWER_COUNT } from "../galaxy/questions.ts";
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

const HEADER = ["GalaxyID", ...ANSWER_COLUMNS];
const LISTED = 10;

/**
 * Reads a labels file without judging the values.
 * @throws UserError when it is missing, has another header, a row of another length, something that
 * is not a number, or a GalaxyID twice
 */
export async function readLabels(path: string): Promise<Labels> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${messageOf(error)}`);
  }
  const ids: number[] = [];
  const rows: Float32Array[] = [];
  const lines = new Map<number, number>();
  let headerSeen = false;
  await parseCsv(text, path, (cells, line) => {
    const place = `${path}, line ${line}`;
    if (cells.length !== HEADER.length) {
      throw new UserError(`${place}: ${cells.length} columns, expected ${HEADER.length}`);
    }
    if (!headerSeen) {
      checkHeader(cells, place);
      headerSeen = true;
      return;
    }
    const id = readId(cells[0], place);
    const earlier = lines.get(id);
    if (earlier) throw new UserError(`${place}: galaxy ${id} stands in line ${earlier} already`);
    lines.set(id, line);
    ids.push(id);
    rows.push(readValues(cells, place));
  });
  if (rows.length === 0) throw new UserError(`${path} has no row of labels`);
  const labels = new Float32Array(rows.length * ANSWER_COUNT);
  rows.forEach((row, index) => labels.set(row, index * ANSWER_COUNT));
  return { ids, labels };
}

function checkHeader(cells: string[], place: string) {
  const wrong = cells.findIndex((cell, column) => cell.trim() !== HEADER[column]);
  if (wrong >= 0) {
    throw new UserError(
      `${place}: column ${wrong + 1} is called "${cells[wrong]}", expected "${HEADER[wrong]}"`,
    );
  }
}

function readId(cell: string, place: string): number {
  const id = Number(cell);
  if (!/^\s*\d+\s*$/.test(cell) || !Number.isSafeInteger(id)) {
    throw new UserError(`${place}: the GalaxyID is "${cell}", expected a whole number`);
  }
  return id;
}

function readValues(cells: string[], place: string): Float32Array {
  const values = new Float32Array(ANSWER_COUNT);
  for (let column = 0; column < ANSWER_COUNT; column++) {
    const cell = cells[column + 1];
    const value = cell.trim() === "" ? NaN : Number(cell);
    if (!Number.isFinite(value)) {
      throw new UserError(`${place}: ${ANSWER_COLUMNS[column]} is "${cell}", expected a number`);
    }
    values[column] = value;
  }
  return values;
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
