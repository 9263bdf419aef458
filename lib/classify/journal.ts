/**
 * Rows of a classification that is not finished: a folder beside the first file of results, where rows
 * are added batch by batch, each batch a line with a digest of itself. Whatever ends the program, all
 * whole lines count (docs/classify.md §3).
 */
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { writeAll } from "../files/atomic.ts";
import { sha256 } from "../files/digest.ts";
import { fileError, isAbsent } from "../files/explain.ts";
import { FolderLock } from "../files/lock.ts";
import { exists, openFile } from "../files/read.ts";
import { type MadeFrom, readMadeFrom, requireSameOrigin, writeMadeFrom } from "./made_from.ts";
import type { Row } from "./rows.ts";

const ROWS = "rows";
const LF = 0x0a;

export interface JournalOptions {
  /** Whether rows that are there are kept; else there may be none. */
  readonly resume: boolean;
  /** What is told of rows that are there. */
  take(rows: readonly Row[]): void;
}

export class Journal {
  readonly folder: string;
  readonly #lock: FolderLock;
  readonly #file: Deno.FsFile;
  #count = 0;

  private constructor(folder: string, lock: FolderLock, file: Deno.FsFile) {
    this.folder = folder;
    this.#lock = lock;
    this.#file = file;
  }

  /**
   * Opens a journal for adding rows, which nobody else can do meanwhile.
   * @throws UserError when another process has it, when it has rows that are not to be gone on with, or
   * these were made from something else
   */
  static async open(
    folder: string,
    made: MadeFrom,
    { resume, take }: JournalOptions,
  ): Promise<Journal> {
    const lock = await FolderLock.take(folder, "classify");
    let file: Deno.FsFile | undefined;
    try {
      file = await Deno.open(join(folder, ROWS), { read: true, write: true, create: true });
      const journal = new Journal(folder, lock, file);
      await journal.#begin(made, resume, take);
      return journal;
    } catch (error) {
      file?.close();
      await lock.release();
      await removeIfEmpty(folder);
      throw fileError(error, folder, "used");
    }
  }

  async #begin(made: MadeFrom, resume: boolean, take: JournalOptions["take"]) {
    const kept = await readMadeFrom(this.folder);
    const begun = (await this.#file.stat()).size > 0;
    if (begun && resume) await requireSameOrigin(this.folder, kept, made);
    let end = 0;
    for await (const { rows, bytes } of linesOf(join(this.folder, ROWS))) {
      end += bytes;
      this.#count += rows.length;
      if (resume) take(rows);
    }
    if (this.#count > 0 && !resume) {
      throw new UserError(
        `${this.folder} has ${countText(this.#count)} of a classification that was interrupted. ` +
          "Go on with --resume, or remove that folder to begin anew",
      );
    }
    await this.#file.truncate(end);
    await this.#file.seek(end, Deno.SeekMode.Start);
    await writeMadeFrom(this.folder, made);
  }

  /** Rows that it has. */
  get count(): number {
    return this.#count;
  }

  /** Adds a batch. @throws UserError when it cannot be written; the batches before are intact */
  async add(rows: readonly Row[]) {
    const text = JSON.stringify(rows);
    try {
      await this.#lock.check();
      await writeAll(this.#file, new TextEncoder().encode(`${markOf(text)} ${text}\n`));
    } catch (error) {
      throw fileError(error, join(this.folder, ROWS), "written");
    }
    this.#count += rows.length;
  }

  /** All rows, some at a time. @throws UserError when they are no longer what was written */
  async *rows(): AsyncGenerator<readonly Row[]> {
    yield* allRows(this.folder, this.#count);
  }

  /** Closes it; it stays as it is. One without rows is removed. */
  async close() {
    this.#file.close();
    if (this.#count === 0) await removeFiles(this.folder);
    await this.#lock.release();
    if (this.#count === 0) await removeIfEmpty(this.folder);
  }

  /** Closes and removes it, when all of it is elsewhere. */
  async remove() {
    this.#count = 0;
    await this.close();
  }
}

/** All rows of a folder, some at a time. @throws UserError when they are not so many */
export async function* allRows(folder: string, count: number): AsyncGenerator<readonly Row[]> {
  let found = 0;
  for await (const { rows } of linesOf(join(folder, ROWS))) {
    found += rows.length;
    yield rows;
  }
  if (found === count) return;
  throw new UserError(
    `${folder} has ${countText(found)}, and ${count.toLocaleString("en")} are expected. ` +
      "--resume classifies the others",
  );
}

/** Removes what a journal consists of, the rows first: without them, nothing is gone on with. */
export async function removeFiles(folder: string) {
  for (const name of [ROWS, "made_from.json"]) {
    await Deno.remove(join(folder, name)).catch((error) => {
      if (!isAbsent(error)) throw fileError(error, folder, "removed");
    });
  }
}

/** Another process may have taken it meanwhile. */
export async function removeIfEmpty(folder: string) {
  await Deno.remove(folder).catch(() => {});
}

interface Line {
  readonly rows: readonly Row[];
  /** Of the line with its end. */
  readonly bytes: number;
}

/** Whole lines from the first one, up to one that is not as it was written. */
async function* linesOf(path: string): AsyncGenerator<Line> {
  if (!await exists(path)) return;
  const { file } = await openFile(path, { limit: Infinity });
  const utf8 = new TextDecoder();
  let waiting = new Uint8Array(0);
  for await (const bytes of file.readable) {
    const all = new Uint8Array(waiting.length + bytes.length);
    all.set(waiting);
    all.set(bytes, waiting.length);
    let start = 0;
    for (let end; (end = all.indexOf(LF, start)) >= 0; start = end + 1) {
      const rows = rowsIn(utf8.decode(all.subarray(start, end)));
      if (rows === undefined) return;
      yield { rows, bytes: end + 1 - start };
    }
    waiting = all.slice(start);
  }
}

function rowsIn(line: string): readonly Row[] | undefined {
  const text = line.slice(MARK + 1);
  return line.slice(0, MARK) === markOf(text) ? JSON.parse(text) : undefined;
}

/** Characters of a digest that stands before a line. */
const MARK = 16;

function markOf(text: string): string {
  return sha256(text).slice(0, MARK);
}

function countText(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}`;
}
