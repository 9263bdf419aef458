/** Reading files that users name: ordinary ones only, no larger than expected, errors as sentences. */
import { UserError } from "../errors.ts";
import { fileError, isAbsent, isStale } from "./explain.ts";

export interface ReadOptions {
  /** Bytes that the file may have; 1 GiB by default. */
  limit?: number;
}

const LIMIT = 2 ** 30;

/** A file that is open for reading, and what was known of it then. */
export interface OpenFile {
  readonly file: Deno.FsFile;
  readonly size: number;
}

/**
 * Opens an ordinary file. Opening a FIFO would wait for ever, and a device may never end.
 * @throws UserError when it is missing, not an ordinary file, too large, or cannot be read
 */
export async function openFile(path: string, options: ReadOptions = {}): Promise<OpenFile> {
  try {
    const { size } = judged(path, await Deno.stat(path), options);
    return { file: await Deno.open(path), size };
  } catch (error) {
    throw fileError(error, path, "read");
  }
}

/** As `openFile`, for workers. */
export function openFileSync(path: string, options: ReadOptions = {}): OpenFile {
  try {
    const { size } = judged(path, Deno.statSync(path), options);
    return { file: Deno.openSync(path), size };
  } catch (error) {
    throw fileError(error, path, "read");
  }
}

function judged(path: string, info: Deno.FileInfo, { limit = LIMIT }: ReadOptions): Deno.FileInfo {
  const kind = kindOf(info);
  if (kind) throw new UserError(`${path} cannot be read: it is ${kind}. Name an ordinary file`);
  if (info.size > limit) throw tooLarge(path, limit, info.size);
  return info;
}

/** What something is that is not an ordinary file. */
export function kindOf(info: Deno.FileInfo): string | undefined {
  if (info.isFile) return undefined;
  if (info.isDirectory) return "a folder";
  if (info.isFifo) return "a pipe (FIFO)";
  if (info.isSocket) return "a socket";
  return "a device";
}

function tooLarge(path: string, limit: number, size?: number): UserError {
  const found = size === undefined ? "it has more" : `it has ${size.toLocaleString("en")}`;
  return new UserError(
    `${path} cannot be read: ${found} bytes, at most ${limit.toLocaleString("en")} are expected. ` +
      "Is it the right file?",
  );
}

/** So often a file is opened anew that another machine replaces while it is read. */
const OPENINGS = 10;

/**
 * The bytes of an ordinary file, also where another machine replaces it meanwhile.
 * @throws UserError as `openFile` does
 */
export async function readFile(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
  for (let opening = 1;; opening++) {
    try {
      return await readOpened(path, options);
    } catch (error) {
      if (opening === OPENINGS || !isStale(error)) throw error;
    }
  }
}

/** As `readFile`, for workers. */
export function readFileSync(path: string, options: ReadOptions = {}): Uint8Array {
  for (let opening = 1;; opening++) {
    try {
      return readOpenedSync(path, options);
    } catch (error) {
      if (opening === OPENINGS || !isStale(error)) throw error;
    }
  }
}

async function readOpened(path: string, options: ReadOptions): Promise<Uint8Array> {
  const { file, size } = await openFile(path, options);
  using _ = file;
  const { limit = LIMIT } = options;
  const target = new Target(path, size, limit);
  try {
    for (;;) {
      const count = await file.read(target.room());
      if (count === null) return target.bytes();
      target.took(count);
    }
  } catch (error) {
    throw fileError(error, path, "read");
  }
}

function readOpenedSync(path: string, options: ReadOptions): Uint8Array {
  const { file, size } = openFileSync(path, options);
  using _ = file;
  const { limit = LIMIT } = options;
  const target = new Target(path, size, limit);
  try {
    for (;;) {
      const count = file.readSync(target.room());
      if (count === null) return target.bytes();
      target.took(count);
    }
  } catch (error) {
    throw fileError(error, path, "read");
  }
}

/** Bytes that are being read: as many as the file said, or more where it has grown or did not say. */
class Target {
  #buffer: Uint8Array;
  #filled = 0;

  constructor(readonly path: string, size: number, readonly limit: number) {
    // One more than announced, so that the end is seen without growing.
    this.#buffer = new Uint8Array(size + 1);
  }

  room(): Uint8Array {
    if (this.#filled === this.#buffer.length) {
      const larger = new Uint8Array(2 * this.#buffer.length + 4096);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
    return this.#buffer.subarray(this.#filled);
  }

  took(count: number) {
    this.#filled += count;
    if (this.#filled > this.limit) throw tooLarge(this.path, this.limit);
  }

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#filled);
  }
}

/**
 * The text of an ordinary file.
 * @throws UserError as `openFile` does, and where it is not UTF-8
 */
export async function readText(path: string, options: ReadOptions = {}): Promise<string> {
  const bytes = await readFile(path, options);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${path} is not text (UTF-8)`);
  }
}

/** As `readText`; `undefined` where there is no such file. */
export async function readTextIfThere(
  path: string,
  options: ReadOptions = {},
): Promise<string | undefined> {
  return await exists(path) ? await readText(path, options) : undefined;
}

/** Whether there is anything of that name. @throws UserError when that cannot be found out */
export async function exists(path: string): Promise<boolean> {
  return await infoOf(path) !== undefined;
}

/** Whether there is a file of that name, and no folder or device. @throws as `exists` */
export async function isFile(path: string): Promise<boolean> {
  return (await infoOf(path))?.isFile ?? false;
}

/** What there is of that name, links followed; `undefined` where there is nothing. @throws as `exists` */
export async function infoOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw fileError(error, path, "read");
  }
}

/**
 * Fills an array from where an open file stands.
 * @returns whether the file had so many bytes
 */
export async function readFull(file: Deno.FsFile, target: Uint8Array): Promise<boolean> {
  for (let filled = 0; filled < target.length;) {
    const count = await file.read(target.subarray(filled));
    if (count === null) return false;
    filled += count;
  }
  return true;
}
