/** Files of results, written row by row; they are there whole at the end, or not at all. */
import { UserError } from "../errors.ts";
import { requireWritable, writeAll, writeFileAtomic } from "../files/atomic.ts";
import { infoOf } from "../files/read.ts";
import { ParquetRows } from "../formats/parquet_write.ts";
import { jsonOf, PARQUET_COLUMNS, type Row, TABLE_COLUMNS, tableRow } from "./rows.ts";

export interface SinkPaths {
  readonly csv?: string | undefined;
  readonly json?: string | undefined;
  readonly parquet?: string | undefined;
  readonly report?: string | undefined;
}

/** Takes some rows. */
type Sink = (rows: readonly Row[]) => Promise<void>;

const encoder = new TextEncoder();

/** What each is called in an error, in the order in which they are written. */
const NAMES = { csv: "CSV", json: "JSON", parquet: "Parquet", report: "a report" } as const;

/** The files that are asked for. */
export function filesOf(paths: SinkPaths): string[] {
  return (Object.keys(NAMES) as (keyof SinkPaths)[]).flatMap((kind) => paths[kind] ?? []);
}

/**
 * @param named what is to be read, which nothing may take the place of
 * @throws UserError when two are the same file, or one cannot be written
 */
export async function requireSinks(paths: SinkPaths, named: readonly string[] = []) {
  for (const path of filesOf(paths)) {
    const same = await sameFile(path, named);
    if (same === undefined) continue;
    throw new UserError(`${path} is to be read (${same}): name another file for the results`);
  }
  const kinds = (Object.keys(NAMES) as (keyof SinkPaths)[]).filter((kind) => paths[kind]);
  for (const kind of kinds) {
    const other = kinds.find((one) => one !== kind && paths[one] === paths[kind]);
    if (other === undefined) await requireWritable(paths[kind]!);
    else {
      throw new UserError(
        `${paths[kind]} cannot be both ${NAMES[kind]} and ${NAMES[other]}: name two files`,
      );
    }
  }
}

/** Which of some files a path leads to, links followed. */
async function sameFile(path: string, named: readonly string[]): Promise<string | undefined> {
  const there = await infoOf(path);
  if (there === undefined) return undefined;
  for (const one of named) {
    // What cannot be looked at is told where it is read.
    const info = await infoOf(one).catch(() => undefined);
    if (info !== undefined && info.ino === there.ino && info.dev === there.dev) return one;
  }
}

/**
 * Writes the tables that are asked for.
 * @param rows all of them, some at a time
 * @throws UserError when one cannot be written
 */
export async function writeTables(
  { csv, json, parquet }: SinkPaths,
  rows: AsyncIterable<readonly Row[]>,
) {
  await withCsv(
    csv,
    (toCsv) =>
      withJson(json, (toJson) =>
        withParquet(parquet, async (toParquet) => {
          for await (const some of rows) {
            await toCsv(some);
            await toJson(some);
            await toParquet(some);
          }
        })),
  );
}

type Work = (sink: Sink) => Promise<void>;

async function withCsv(path: string | undefined, work: Work) {
  if (path === undefined) return await work(async () => {});
  await writeFileAtomic(path, async (file) => {
    const write = (rows: readonly (readonly unknown[])[]) =>
      writeAll(file, encoder.encode(rows.map((row) => `${row.map(cell).join(",")}\n`).join("")));
    await write([TABLE_COLUMNS]);
    await work((rows) => write(rows.map(tableRow)));
  });
}

/** Quoted where it has to be (RFC 4180); empty where there is nothing. */
function cell(value: unknown): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function withJson(path: string | undefined, work: Work) {
  if (path === undefined) return await work(async () => {});
  await writeFileAtomic(path, async (file) => {
    const write = (text: string) => writeAll(file, encoder.encode(text));
    let separator = "[\n";
    await work(async (rows) => {
      for (const row of rows) {
        await write(separator + JSON.stringify(jsonOf(row)));
        separator = ",\n";
      }
    });
    await write(separator === "[\n" ? "[]\n" : "\n]\n");
  });
}

async function withParquet(path: string | undefined, work: Work) {
  if (path === undefined) return await work(async () => {});
  await writeFileAtomic(path, async (file) => {
    const table = new ParquetRows(file, PARQUET_COLUMNS);
    await work((rows) => table.add(rows.map(tableRow)));
    await table.finish();
  });
}
