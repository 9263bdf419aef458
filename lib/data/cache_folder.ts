/** Where the byte cache of a data folder lies. */
import { isAbsolute, resolve } from "node:path";
import { messageOf, UserError } from "../errors.ts";
import { writeFileAtomic } from "../formats/atomic.ts";
import { cacheFiles, type ImageSetName } from "./cache_index.ts";
import { lockForWriting } from "./cache_lock.ts";

const SETS = ["train", "test"] as const;

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
  let text: string;
  try {
    text = await Deno.readTextFile(pointer);
  } catch (error) {
    if (isAbsent(error)) return defaultCacheFolder(data);
    throw new UserError(`${pointer} cannot be read: ${messageOf(error)}`);
  }
  try {
    const { folder } = JSON.parse(text);
    if (typeof folder === "string" && isAbsolute(folder)) return folder;
  } catch {
    // Said below, with all else that it may be instead.
  }
  throw new UserError(
    `${pointer} is damaged: it should name the folder of the cache, as {"folder": "/mnt/galaxies"}. ` +
      `Remove it, then run deno task cache again`,
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
        `remove it first: deno task cache --data ${data} --remove`,
    );
  }
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: folder }));
  } catch (error) {
    throw new UserError(
      error instanceof Deno.errors.NotCapable
        ? `Deno opens no file under /dev without every permission, so the cache cannot lie in ` +
          `${folder}. Mount a file system in memory elsewhere, as with "mount -t tmpfs -o ` +
          `size=80G tmpfs /mnt/galaxies", and use --to /mnt/galaxies. On a disk it is as fast ` +
          `once it has been read, where memory is free for it`
        : `nothing can be written to ${folder} (${messageOf(error)}). Choose another with --to`,
    );
  }
  return folder;
}

/** Lets later runs find the cache. */
export async function rememberFolder(data: string, folder: string) {
  if (resolve(folder) === resolve(defaultCacheFolder(data))) {
    await Deno.remove(pointerOf(data)).catch(ignoreAbsent);
  } else {
    const content = JSON.stringify({ folder: resolve(folder) }) + "\n";
    await writeFileAtomic(pointerOf(data), new TextEncoder().encode(content));
  }
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
    freed += await Deno.stat(pixels).then(({ size }) => size, () => 0);
    {
      using file = await Deno.open(pixels, { read: true, write: true, create: true });
      lockForWriting(file, pixels);
      // The index first: pixels without an index are no cache.
      await Deno.remove(index).catch(ignoreAbsent);
      await Deno.remove(`${index}.partial`).catch(ignoreAbsent);
      await Deno.truncate(pixels);
    }
    await Deno.remove(pixels);
  }
  for (const set of SETS) {
    if (await exists(cacheFiles(folder, set).pixels)) return freed;
  }
  await Deno.remove(pointerOf(data)).catch(ignoreAbsent);
  // Only if nothing else lies in it.
  await Deno.remove(folder).catch(() => {});
  return freed;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, (error) => {
    if (isAbsent(error)) return false;
    throw error;
  });
}

function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

function ignoreAbsent(error: unknown) {
  if (!isAbsent(error)) throw error;
}
