/** `history.jsonl`: one line per finished chunk. */
import { writeFileAtomic } from "../formats/atomic.ts";

export interface HistoryEntry {
  /** Number of the chunk, from 1. */
  readonly chunk: number;
  /** Galaxies shown so far. */
  readonly images: number;
  readonly learningRate: number;
  /** True where the error is that of the clipped raw outputs (spec/network.md §6). */
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

/** Adds a line. */
export async function appendHistory(path: string, entry: HistoryEntry) {
  await Deno.writeTextFile(path, JSON.stringify(entry) + "\n", { append: true });
}

/** The entries of a file, up to the first line that was cut off by a crash; none without a file. */
export async function readHistory(path: string): Promise<HistoryEntry[]> {
  let text;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
  const entries: HistoryEntry[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    try {
      entries.push(JSON.parse(line));
    } catch {
      break;
    }
  }
  return entries;
}

/** Keeps the entries of the first `chunks` chunks: those that a checkpoint contains. */
export async function truncateHistory(path: string, chunks: number): Promise<HistoryEntry[]> {
  const entries = (await readHistory(path)).filter(({ chunk }) => chunk <= chunks);
  const text = entries.map((entry) => JSON.stringify(entry) + "\n").join("");
  await writeFileAtomic(path, new TextEncoder().encode(text));
  return entries;
}
