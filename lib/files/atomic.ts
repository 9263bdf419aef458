/** Files that are there whole or not at all. */
import { basename, dirname, join } from "node:path";
import { UserError } from "../errors.ts";
import { fileError, isAbsent } from "./explain.ts";
import { infoOf } from "./read.ts";

/** The bytes of a file, or what writes them. */
export type Content = Uint8Array | ((file: Deno.FsFile) => Promise<void>);

const ENDING = ".partial";
/** Stands for the file in the name of a temporary one that only tries out whether there can be one. */
const PROBE = "probe";

export interface WriteOptions {
  /** Whether missing folders are made. What belongs to a folder in use must not make it anew. */
  readonly makeFolder?: boolean;
}

/**
 * Writes a file beside its place, brings it to the disk, then puts it in its place, so that a kill
 * or a full disk at any moment leaves either the old file or the new one. Clears away what killed runs
 * have left of the same file.
 * @throws UserError when it cannot be written; the old file is intact then
 */
export async function writeFileAtomic(
  path: string,
  content: Content,
  { makeFolder = true }: WriteOptions = {},
) {
  const folder = dirname(path);
  // Nobody can guess the name and put a link in its place, and nothing that is there is opened.
  const temporary = join(folder, `.${basename(path)}.${crypto.randomUUID()}${ENDING}`);
  let made = false;
  try {
    if (makeFolder) await Deno.mkdir(folder, { recursive: true });
    await removeLeftOvers(path);
    using file = await Deno.open(temporary, { write: true, createNew: true });
    made = true;
    tryLock(file); // says to others that this is no left-over
    if (content instanceof Uint8Array) await writeAll(file, content);
    else await content(file);
    await file.sync();
    await Deno.rename(temporary, path);
    made = false;
    await syncFolder(folder);
  } catch (error) {
    if (made) await Deno.remove(temporary).catch(() => {});
    throw fileError(error, path, "written");
  }
}

/** A name that leads to the file only once it is in the folder on the disk, too. */
export async function syncFolder(folder: string) {
  // Windows cannot open folders.
  if (Deno.build.os === "windows") return;
  using handle = await Deno.open(folder);
  await handle.sync();
}

/** Removes what killed runs have left of a file. Another process that is writing it holds a lock. */
async function removeLeftOvers(path: string) {
  const folder = dirname(path);
  const start = `.${basename(path)}.`;
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || !name.startsWith(start) || !name.endsWith(ENDING)) continue;
    if (name.length !== start.length + 36 + ENDING.length) continue;
    try {
      using file = await Deno.open(join(folder, name), { read: true, write: true });
      if (tryLock(file)) await Deno.remove(join(folder, name));
    } catch (error) {
      // Somebody else's, or gone meanwhile: it is only in the way of nobody.
      if (!isAbsent(error) && !(error instanceof Deno.errors.PermissionDenied)) throw error;
    }
  }
}

function tryLock(file: Deno.FsFile): boolean {
  try {
    return file.tryLockSync(true);
  } catch {
    // No locks on this file system: then nothing is cleared away that may be in use.
    return false;
  }
}

/**
 * Finds out whether a file can be written, before hours are spent on what is to be in it. Creates
 * missing folders.
 * @throws UserError when it cannot
 */
export async function requireWritable(path: string) {
  if ((await infoOf(path))?.isDirectory) {
    throw new UserError(
      `${path} cannot be written: it is a folder. Choose another name, or remove the folder`,
    );
  }
  await requireWritableFolder(dirname(path));
}

/** As `requireWritable`, for any file in a folder. */
export async function requireWritableFolder(folder: string) {
  const probe = join(folder, `.${PROBE}.${crypto.randomUUID()}${ENDING}`);
  try {
    await Deno.mkdir(folder, { recursive: true });
    await removeLeftOvers(join(folder, PROBE));
    (await Deno.open(probe, { write: true, createNew: true })).close();
    await Deno.remove(probe).catch((error) => {
      // Another process has taken it for a left-over.
      if (!isAbsent(error)) throw error;
    });
  } catch (error) {
    throw fileError(error, folder, "written to");
  }
}

/** Writes all bytes to a file. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array) {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}

/** The bytes of a typed array, in the memory of the array. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
