/** CSV files as people make them: byte order mark, quotes, CR LF or LF, empty lines. */
import { parse } from "csv-parse";
import { messageOf, UserError } from "../errors.ts";

/**
 * Calls `onRow` for every row, in order, with its cells and its line number from 1.
 * @param name what the file is called in an error
 * @throws UserError when quotes do not match, and what `onRow` throws
 */
export function parseCsv(
  text: string,
  name: string,
  onRow: (cells: string[], line: number) => void,
): Promise<void> {
  let thrown: { error: unknown } | undefined;
  return new Promise((resolve, reject) => {
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (cells: string[], { lines }) => {
        try {
          if (!thrown) onRow(cells, lines);
        } catch (error) {
          thrown = { error };
        }
        // Keeps no rows in memory.
        return null;
      },
    }, (failure) => {
      if (thrown) reject(thrown.error);
      else if (failure) reject(new UserError(`${name} is not proper CSV: ${messageOf(failure)}`));
      else resolve();
    });
  });
}
