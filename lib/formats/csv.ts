/** CSV files as people make them: byte order mark, quotes, CR LF or LF, empty lines. */
import { CsvError, parse } from "csv-parse";
import { Buffer } from "node:buffer";
import { messageOf, UserError } from "../errors.ts";

/** Bytes of a row: 40 times what a row of 38 numbers takes. */
const LONGEST = 32_768;

/** How tables are read, at once or some rows at a time. */
export const READING = {
  bom: true,
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: LONGEST,
} as const;
const LF = 0x0a;
const CR = 0x0d;
/** Lines of a file: twelve times as many as the competition's test images. */
const MOST_LINES = 1_000_000;

/**
 * Calls `onRow` for every row, in order, with its cells and its line number from 1.
 * @param name what the file is called in an error
 * @throws UserError when it is not text, a row is far too long or quotes do not match; and what
 * `onRow` throws
 */
export function parseCsv(
  bytes: Uint8Array,
  name: string,
  onRow: (cells: string[], line: number) => void,
): Promise<void> {
  requireText(bytes, name);
  let last = 0;
  return new Promise((resolve, reject) => {
    parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      ...READING,
      on_record: (cells: string[], { lines }) => {
        last = lines;
        onRow(cells, lines);
        // Keeps no rows in memory.
        return null;
      },
    }, (failure) => {
      if (failure) reject(failure instanceof CsvError ? explained(failure, name, last) : failure);
      else resolve();
    });
  });
}

/** The parser's own words hold whole cells. @param last the line where the row before ended */
export function explained(failure: CsvError, name: string, last: number): UserError {
  const line = `${name}, line ${failure.lines}`;
  switch (failure.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return new UserError(
        `${name} is not proper CSV: a quote is opened after line ${last}, but not closed`,
      );
    case "CSV_INVALID_CLOSING_QUOTE":
    case "CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE":
      return new UserError(`${line}: not proper CSV: something follows a closing quote`);
    case "INVALID_OPENING_QUOTE":
      return new UserError(`${line}: not proper CSV: there is a quote in the middle of a cell`);
    case "CSV_MAX_RECORD_SIZE":
      return new UserError(
        `${line}: a row has more than ${LONGEST.toLocaleString("en")} characters. ` +
          "Is a quote not closed?",
      );
    default:
      return new UserError(`${name} is not proper CSV: ${messageOf(failure).slice(0, 200)}`);
  }
}

/** Packed and wrongly coded files would give cells of rubbish. */
function requireText(bytes: Uint8Array, name: string) {
  requirePlain(bytes, name, "name it .csv.gz, or unpack it");
  requireLines(bytes, name);
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw notUtf8(name);
  }
}

export function notUtf8(name: string): UserError {
  return new UserError(`${name} is not text (UTF-8): save it as CSV UTF-8`);
}

/**
 * @param bytes the first of a file, or all
 * @param packed what to do about a file that is compressed
 * @throws UserError for what is packed, UTF-16 or no text
 */
export function requirePlain(bytes: Uint8Array, name: string, packed = "unpack it") {
  const [first, second] = bytes;
  const pair = 256 * first + second;
  if (pair === 0x1f8b) throw new UserError(`${name} is compressed by gzip: ${packed}`);
  if (pair === 0x504b) throw new UserError(`${name} is a ZIP archive: unpack it`);
  if (pair === 0xfffe || pair === 0xfeff) {
    throw new UserError(`${name} is text as UTF-16: save it as CSV UTF-8`);
  }
  if (bytes.includes(0)) throw new UserError(`${name} is not text: it has NUL bytes in it`);
}

/** A single long line fills the memory, and empty ones take their time. */
function requireLines(bytes: Uint8Array, name: string) {
  // Lines end with CR alone where Macs of old wrote them.
  const end = bytes.includes(LF) ? LF : CR;
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const found = bytes.indexOf(end, start);
    const next = found < 0 ? bytes.length : found + 1;
    if (next - start > LONGEST) {
      throw new UserError(
        `${name}, line ${line}: it has ${(next - start).toLocaleString("en")} bytes, at most ` +
          `${LONGEST.toLocaleString("en")} are expected. Is it the right file?`,
      );
    }
    if (line > MOST_LINES) {
      throw new UserError(
        `${name} has more than ${MOST_LINES.toLocaleString("en")} lines. Is it the right file?`,
      );
    }
    start = next;
  }
}

/** The number in a cell, written as decimals are; NaN where there is none. */
export function numberIn(cell: string): number {
  // Number() would also take 0x1 and an empty text.
  return /^[ \t]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t]*$/.test(cell) ? Number(cell) : NaN;
}
