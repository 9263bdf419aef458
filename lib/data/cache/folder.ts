/** Where the byte cache of a data folder lies. */
import { isAbsolute, resolve } from "node:path";
import { commandLine } from "../../called.ts";
import { UserError } from "../../errors.ts";
import { requireWritable, requireWritableFolder } from "../../files/atomic.ts";
import { fileError } from "../../files/explain.ts";
import { exists, readTextIfThere } from "../../files/read.ts";
import { unseal, writeSealed } from "../../files/sealed_json.ts";
import { cacheFiles, type ImageSetName } from "./index_file.ts";
import { lockForWriting } from "./lock.ts";

const SETS = ["train", "test"] as const;
/** More than the longest path. */
const POINTER_BYTES = 65_536;

const pointerOf = (data: string) => `${data}/cache.json`;

/** Where a cache is made when nothing else is said. */
export function defaultCacheFolder(data: string): string {
  return `${data}/cache`;
}

/**
 * The folder of the cache of `data`, whether it exists or not: beside the images, or where
 * `<data>/cache.json` says that an earlier run put it.
 * @throws UserError when that file is damaged
 */
export async function cacheFolderOf(data: string): Promise<string> {
  const pointer = pointerOf(data);
  const text = await readTextIfThere(pointer, { limit: POINTER_BYTES });
  if (text === undefined) return defaultCacheFolder(data);
  const opened = unseal(text);
  const folder = "value" in opened ? opened.value.folder : undefined;
  if (typeof folder === "string" && isAbsolute(folder)) return folder;
  throw new UserError(
    `${pointer} is damaged: it should name the folder of the cache. Remove it, then run deno ` +
      `task cache again`,
  );
}

/**
 * The folder to make a cache in, created where it is missing.
 * @param to a folder; without it, where the cache is already, or the default
 * @throws UserError when nothing can be written there, and when there is a cache elsewhere: it would
 * be forgotten, with its tens of GiB
 */
export async function chooseFolder(data: string, to: string | undefined): Promise<string> {
  const present = await cacheFolderOf(data);
  const folder = to === undefined ? present : resolve(to);
  for (const set of resolve(folder) === resolve(present) ? [] : SETS) {
    if (!await exists(cacheFiles(present, set).index)) continue;
    throw new UserError(
      `${data} has a cache in ${present} already. Leave out --to to bring it up to date, or ` +
        `remove it first: ${commandLine(`cache --data ${data} --remove`)}`,
    );
  }
  if (resolve(folder) !== resolve(defaultCacheFolder(data))) await requirePointer(data);
  try {
    await requireWritableFolder(folder);
  } catch (error) {
    if (to !== undefined || !(error instanceof UserError)) throw error;
    throw new UserError(`${error.message}. Another folder can be chosen with --to`);
  }
  return folder;
}

/** A cache elsewhere is found through a note in the data folder, so that must be writable. */
async function requirePointer(data: string) {
  try {
    await requireWritable(pointerOf(data));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `a cache in another folder is found again through ${pointerOf(data)}, and ` +
        `${error.message}. Data on a read-only disk can be used through a folder of links: ` +
        `mkdir galaxies; ln -s ${resolve(data)}/* galaxies/; then --data galaxies`,
    );
  }
}

/** Lets later runs find the cache. */
export async function rememberFolder(data: string, folder: string) {
  if (resolve(folder) === resolve(defaultCacheFolder(data))) await removeIfThere(pointerOf(data));
  else await writeSealed(pointerOf(data), { folder: resolve(folder) });
}

/**
 * Removes the cache of some sets, and every trace of it when nothing is left.
 * @returns bytes set free
 * @throws UserError when a run is using it
 */
export async function removeCache(data: string, sets: readonly ImageSetName[]): Promise<number> {
  // A pointer that cannot be read leads nowhere: it goes too.
  const folder = await cacheFolderOf(data).catch(() => defaultCacheFolder(data));
  let freed = 0;
  for (const set of sets) {
    const { pixels, index } = cacheFiles(folder, set);
    if (!await exists(pixels) && !await exists(index)) continue;
    try {
      using file = await Deno.open(pixels, { read: true, write: true, create: true });
      lockForWriting(file, pixels);
      freed += (await file.stat()).size;
      // The index first: pixels without an index are no cache.
      await removeIfThere(index);
      await file.truncate();
      await removeIfThere(pixels);
    } catch (error) {
      throw fileError(error, pixels, "removed");
    }
  }
  for (const set of SETS) {
    if (await exists(cacheFiles(folder, set).pixels)) return freed;
  }
  await removeIfThere(pointerOf(data));
  // Only if nothing else lies in it.
  await Deno.remove(folder).catch(() => {});
  return freed;
}

async function removeIfThere(path: string) {
  try {
    if (await exists(path)) await Deno.remove(path);
  } catch (error) {
    throw fileError(error, path, "removed");
  }
}
