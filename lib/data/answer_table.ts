/** CSV tables of galaxies with 37 answers each: labels and submissions. */
import { quoted, UserError } from "../errors.ts";
import { numberIn, parseCsv } from "../formats/csv.ts";
import { ANSWER_COLUMNS } from "../galaxy/questions.ts";

/** The columns of such a table. */
export const HEADER: readonly string[] = ["GalaxyID", ...ANSWER_COLUMNS];

export interface AnswerRow {
  id: number;
  /** The 37 cells behind the GalaxyID. */
  cells: string[];
  /** The line in the file, from 1. */
  line: number;
}

/**
 * Calls `onRow` for every galaxy, in the order of the file.
 * @param name what the file is called in an error
 * @throws UserError when it is no CSV, has another header, a row of another length, or a GalaxyID
 * that is no whole number; and what `onRow` throws
 */
export async function parseAnswerTable(
  bytes: Uint8Array,
  name: string,
  onRow: (row: AnswerRow) => void,
) {
  let headerSeen = false;
  await parseCsv(bytes, name, (cells, line) => {
    const place = `${name}, line ${line}`;
    checkColumns(cells, place);
    if (headerSeen) onRow({ id: readId(cells[0], place), cells: cells.slice(1), line });
    else checkHeader(cells, place);
    headerSeen = true;
  });
}

function checkColumns(cells: readonly string[], place: string) {
  if (cells.length === HEADER.length) return;
  const found = `${cells.length} ${cells.length === 1 ? "column" : "columns"}`;
  const [separator] = /[;\t]/.exec(cells[0]) ?? [];
  const advice = separator && cells[0].split(separator).length === HEADER.length
    ? `. They are separated by ${separator === ";" ? "semicolons" : "tabs"}: use commas`
    : "";
  throw new UserError(`${place}: ${found}, expected ${HEADER.length}${advice}`);
}

function checkHeader(cells: readonly string[], place: string) {
  const wrong = cells.findIndex((cell, column) => cell.trim() !== HEADER[column]);
  if (wrong < 0) return;
  const advice = numberIn(cells[wrong]) >= 0 ? ". Is the line with the names missing?" : "";
  throw new UserError(
    `${place}: column ${wrong + 1} is called ${quoted(cells[wrong])}, expected ` +
      `"${HEADER[wrong]}"${advice}`,
  );
}

function readId(cell: string, place: string): number {
  const id = Number(cell);
  if (/^[ \t]*\d+[ \t]*$/.test(cell) && Number.isSafeInteger(id)) return id;
  if (Number.isInteger(numberIn(cell))) {
    throw new UserError(
      `${place}: the GalaxyIDs are written as decimals (${quoted(cell)}), as pandas does with a ` +
        'column of floats. Write whole numbers: table["GalaxyID"].astype(int)',
    );
  }
  throw new UserError(`${place}: the GalaxyID is ${quoted(cell)}, expected a whole number`);
}
