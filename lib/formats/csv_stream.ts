/** CSV files of any length, a piece at a time. */
import { CsvError, parse } from "csv-parse";
import { fileError } from "../files/explain.ts";
import { openFile } from "../files/read.ts";
import { explained, notUtf8, READING, requirePlain } from "./csv.ts";

export interface CsvRow {
  readonly cells: readonly string[];
  /** The line where it ends, from 1. */
  readonly line: number;
}

/**
 * The rows of a file, in order, some at a time; empty lines are passed over.
 * @throws UserError when it cannot be read, is not text, a row is far too long or quotes do not match
 */
export async function* csvRows(path: string): AsyncGenerator<readonly CsvRow[]> {
  const { file } = await openFile(path, { limit: Infinity });
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  let rows: CsvRow[] = [];
  let last = 0;
  const parser = parse({
    ...READING,
    on_record: (cells: string[], { lines }) => {
      last = lines;
      rows.push({ cells, line: lines });
      // Nothing waits in the parser.
      return null;
    },
  });
  // The same comes by the step that caused it.
  parser.on("error", () => {});
  parser.resume();
  try {
    for await (const bytes of file.readable) {
      requirePlain(bytes, path);
      if (!decodes(utf8, bytes)) throw notUtf8(path);
      await step((done) => parser.write(bytes, done));
      yield rows;
      rows = [];
    }
    if (!decodes(utf8)) throw notUtf8(path);
    await step((done) => parser.end(done));
    yield rows;
  } catch (error) {
    throw error instanceof CsvError ? explained(error, path, last) : fileError(error, path, "read");
  } finally {
    parser.destroy();
  }
}

/** Whether bytes, or what is left of earlier ones, are UTF-8. */
function decodes(utf8: TextDecoder, bytes?: Uint8Array): boolean {
  try {
    utf8.decode(bytes, { stream: bytes !== undefined });
    return true;
  } catch {
    return false;
  }
}

function step(run: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => run((error) => error ? reject(error) : resolve()));
}
