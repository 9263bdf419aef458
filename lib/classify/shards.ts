/** A list of pictures in parts, each for a machine of its own, and their rows put together. */
import { UserError } from "../errors.ts";
import { FolderLock } from "../files/lock.ts";
import { exists } from "../files/read.ts";
import { allRows, removeFiles, removeIfEmpty } from "./journal.ts";
import { type MadeFrom, readMadeFrom, requireSameOrigin } from "./made_from.ts";
import type { Row } from "./rows.ts";

/** The `index`th, from 1, of `count` parts. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** More are a slip of the finger. */
const MOST = 10_000;

/** @param text as `2/8` @throws UserError when it is none */
export function shardOf(text: string): Shard {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count && count <= MOST) return { index, count };
  throw new UserError(
    `--shard says which part of how many, from 1/8 to 8/8 and at most ${
      MOST.toLocaleString("en")
    } ` +
      `parts, not "${text}"`,
  );
}

/** The pictures of a shard: a first one, and one that is left out. They follow each other. */
export function rangeOf(pictures: number, shard: Shard = { index: 1, count: 1 }): [number, number] {
  const { index, count } = shard;
  return [Math.floor((index - 1) * pictures / count), Math.floor(index * pictures / count)];
}

/** Where rows are kept that are not in the files of results yet. @param file the first of these */
export function journalFolder(file: string, shard?: Shard): string {
  return `${file}.part${shard ? `-${shard.index}-of-${shard.count}` : ""}`;
}

/**
 * Hands the rows of all shards to `work`, and removes the shards when it has succeeded.
 * @param file the first file of results
 * @throws UserError when a shard is missing, in use, not complete, or made from something else
 */
export async function withShards<T>(
  file: string,
  count: number,
  work: (rows: AsyncIterable<readonly Row[]>) => Promise<T>,
): Promise<T> {
  const shards = Array.from({ length: count }, (_, k) => ({ index: k + 1, count }));
  const folders = shards.map((shard) => journalFolder(file, shard));
  await requireAll(folders);
  const locks: FolderLock[] = [];
  try {
    for (const folder of folders) locks.push(await FolderLock.take(folder, "classify --merge"));
    const made = await origins(folders);
    const result = await work(rowsOf(folders, made));
    for (const folder of folders) await removeFiles(folder);
    return result;
  } finally {
    for (const lock of locks) await lock.release();
    for (const folder of folders) await removeIfEmpty(folder);
  }
}

async function requireAll(folders: readonly string[]) {
  const missing: string[] = [];
  for (const [k, folder] of folders.entries()) {
    if (!await exists(folder)) missing.push(`${k + 1}/${folders.length}`);
  }
  if (missing.length === 0) return;
  const more = missing.length > 10 ? `, and ${missing.length - 10} more` : "";
  throw new UserError(
    `${missing.length} of ${folders.length} parts are missing, as ${
      folders[Number(missing[0].split("/")[0]) - 1]
    }: run classify with --shard ${missing.slice(0, 10).join(", ")}${more}`,
  );
}

/** @throws UserError when one is of another list, or was made otherwise than the first */
async function origins(folders: readonly string[]): Promise<MadeFrom[]> {
  const all: MadeFrom[] = [];
  for (const [k, folder] of folders.entries()) {
    const made = await readMadeFrom(folder);
    await requireSameOrigin(folder, made, all[0] ?? made);
    const [from, to] = rangeOf(made!.pictures, { index: k + 1, count: folders.length });
    if (made!.from !== from || made!.to !== to) {
      throw new UserError(`${folder} has other pictures than its name says. Remove it`);
    }
    all.push(made!);
  }
  return all;
}

async function* rowsOf(
  folders: readonly string[],
  made: readonly MadeFrom[],
): AsyncGenerator<readonly Row[]> {
  for (const [k, folder] of folders.entries()) yield* allRows(folder, made[k].to - made[k].from);
}
