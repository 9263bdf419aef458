/** `history.jsonl`: one line per finished chunk, with a CRC-32 of itself. */
import { crc32 } from "node:zlib";
import { UserError } from "../errors.ts";
import { writeAll, writeFileAtomic } from "../files/atomic.ts";
import { fileError } from "../files/explain.ts";
import { FieldError, Fields } from "../files/fields.ts";
import { readTextIfThere } from "../files/read.ts";
import { IN_RUN_FOLDER } from "./folder.ts";

export interface HistoryEntry {
  /** Number of the chunk, from 1. */
  readonly chunk: number;
  /** Galaxies shown so far. */
  readonly images: number;
  readonly learningRate: number;
  /** True where the error is that of the clipped raw outputs (docs/network.md §6). */
  readonly warmUp: boolean;
  /** Root of the mean of the minibatch losses, dropout active. */
  readonly trainRmse: number;
  /** RMSE of all validation galaxies, dropout off. */
  readonly validRmse?: number;
  /** The same without an incomplete last minibatch, as the original reports it. */
  readonly validRmseFullBatches?: number;
  /** Seconds of training so far. */
  readonly seconds: number;
}

/** Bytes of the longest history: a hundred times the paper's. */
const LIMIT = 2 ** 26;

/** The lines of entries. */
export function historyText(entries: readonly HistoryEntry[]): string {
  return entries.map((entry) => JSON.stringify({ ...entry, crc32: checkOf(entry) }) + "\n").join(
    "",
  );
}

function checkOf(entry: object): string {
  return crc32(JSON.stringify(entry)).toString(16).padStart(8, "0");
}

/**
 * The entries of a text: those of chunks 1, 2, …
 * @param path what the text is called in an error
 * @throws UserError naming the first line that is not as it was written
 */
export function parseHistory(text: string, path: string): HistoryEntry[] {
  const lines = text.split("\n");
  const last = lines.pop()!;
  // Lines are appended. A crash can cut the last one off, which then lacks its only closing bracket:
  // its chunk was not saved either. With the bracket it is whole, or damaged.
  if (last.includes("}")) lines.push(last);
  const entries: HistoryEntry[] = [];
  for (const line of lines) {
    try {
      entries.push(parseLine(line, entries.at(-1)));
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      throw new UserError(`${path} is damaged: in line ${entries.length + 1}, ${error.message}`);
    }
  }
  return entries;
}

function parseLine(line: string, before: HistoryEntry | undefined): HistoryEntry {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new FieldError("there is no JSON object");
  }
  const fields = new Fields(value);
  const { crc32: check, ...entry } = value as Record<string, unknown>;
  if (check === undefined) throw new FieldError("crc32 is missing");
  if (check !== checkOf(entry)) throw new FieldError("the values do not agree with its crc32");
  const chunk = (before?.chunk ?? 0) + 1;
  const rmse = (name: "validRmse" | "validRmseFullBatches") =>
    fields.has(name) ? { [name]: fields.number(name, 0) } : {};
  return {
    chunk: fields.integer("chunk", chunk, chunk),
    images: fields.integer("images", before?.images ?? 1),
    learningRate: fields.number("learningRate", 0),
    warmUp: fields.flag("warmUp"),
    trainRmse: fields.number("trainRmse", 0),
    ...rmse("validRmse"),
    ...rmse("validRmseFullBatches"),
    seconds: fields.number("seconds", before?.seconds ?? 0),
  };
}

/**
 * The entries of a file; none without a file.
 * @throws UserError when it is damaged, or cannot be read
 */
export async function readHistory(path: string): Promise<HistoryEntry[]> {
  const text = await readTextIfThere(path, { limit: LIMIT });
  return text === undefined ? [] : parseHistory(text, path);
}

/** Writes a file of these entries, atomically. */
export async function writeHistory(path: string, entries: readonly HistoryEntry[]) {
  await writeFileAtomic(path, new TextEncoder().encode(historyText(entries)), IN_RUN_FOLDER);
}

/**
 * Adds a line to a file.
 * @throws UserError when it is not there any more, or cannot be written
 */
export async function appendHistory(path: string, entry: HistoryEntry) {
  try {
    using file = await Deno.open(path, { append: true });
    await writeAll(file, new TextEncoder().encode(historyText([entry])));
    // A run that is finished is not looked at again, so nobody would write this anew.
    await file.sync();
  } catch (error) {
    throw fileError(error, path, "written");
  }
}
