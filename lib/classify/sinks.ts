/** Files of results, written row by row. */
import { UserError } from "../errors.ts";
import { requireWritable, writeAll, writeFileAtomic } from "../files/atomic.ts";
import { jsonOf, type Result, TABLE_COLUMNS, tableRow } from "./result.ts";

export interface SinkPaths {
  readonly csv?: string | undefined;
  readonly json?: string | undefined;
}

/** Takes some results. */
export type Sink = (results: readonly Result[]) => Promise<void>;

const encoder = new TextEncoder();

/**
 * Runs `work` with a sink for results; the files are there whole when it has ended, or not at all.
 * @throws UserError when one cannot be written; what `work` throws
 */
export async function withSinks(
  { csv, json }: SinkPaths,
  work: (sink: Sink) => Promise<void>,
): Promise<void> {
  if (csv !== undefined && csv === json) {
    throw new UserError(`${csv} cannot be both CSV and JSON: name two files`);
  }
  for (const path of [csv, json]) if (path !== undefined) await requireWritable(path);
  await withCsv(csv, (toCsv) =>
    withJson(json, (toJson) =>
      work(async (results) => {
        await toCsv(results);
        await toJson(results);
      })));
}

async function withCsv(path: string | undefined, work: (sink: Sink) => Promise<void>) {
  if (path === undefined) return await work(async () => {});
  await writeFileAtomic(path, async (file) => {
    const write = (rows: readonly (readonly string[])[]) =>
      writeAll(file, encoder.encode(rows.map((row) => `${row.map(cell).join(",")}\n`).join("")));
    await write([TABLE_COLUMNS]);
    await work((results) => write(results.map(tableRow)));
  });
}

/** Quoted where it has to be (RFC 4180). */
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function withJson(path: string | undefined, work: (sink: Sink) => Promise<void>) {
  if (path === undefined) return await work(async () => {});
  await writeFileAtomic(path, async (file) => {
    const write = (text: string) => writeAll(file, encoder.encode(text));
    let separator = "[\n";
    await work(async (results) => {
      for (const result of results) {
        await write(separator + JSON.stringify(jsonOf(result)));
        separator = ",\n";
      }
    });
    await write(separator === "[\n" ? "[]\n" : "\n]\n");
  });
}
