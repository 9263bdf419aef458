/** Files that are there whole or not at all. */
import { dirname } from "node:path";
import { messageOf, UserError } from "../errors.ts";

/** The bytes of a file, or what writes them. */
export type Content = Uint8Array | ((file: Deno.FsFile) => Promise<void>);

/**
 * Writes a file beside its place, brings it to the disk, then puts it in its place, so that a kill
 * or a full disk at any moment leaves either the old file or the new one. Creates missing folders.
 * @throws UserError when the disk is full; the old file is intact then
 */
export async function writeFileAtomic(path: string, content: Content) {
  // One fixed name: what a killed run left is written over, and does not pile up.
  const temporary = `${path}.partial`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    {
      using file = await Deno.open(temporary, { write: true, create: true, truncate: true });
      if (content instanceof Uint8Array) await writeAll(file, content);
      else await content(file);
      await file.sync();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    if (/no space left|quota exceeded|os error (28|122)\b/i.test(messageOf(error))) {
      throw new UserError(
        `${path} was not written: the disk is full. What was there before is intact. ` +
          `Free some space and run again`,
      );
    }
    throw error;
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
