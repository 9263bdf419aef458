/** What a byte cache of images holds: a file of records, and an index that says whose they are. */
import { messageOf, UserError } from "../errors.ts";
import { writeFileAtomic } from "../formats/atomic.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import type { FileState } from "./file_states.ts";
import { IMAGE_BYTES } from "./warp.ts";

export type ImageSetName = "train" | "test";

/** One record: the pixels of galaxy `id` as its JPEG was then. */
export interface CacheRecord extends FileState {
  id: number;
  /** `checksumOf` its pixels. */
  checksum: number;
}

export interface CacheIndex {
  /** The data folder it was made from, as an absolute path. */
  source: string;
  /** Record k lies at byte k · IMAGE_BYTES; `undefined` is a place without a picture. */
  records: (CacheRecord | undefined)[];
}

const VERSION = 1;

/** The two files of a set in a cache folder. */
export function cacheFiles(folder: string, set: ImageSetName) {
  return { pixels: `${folder}/${set}.rgb`, index: `${folder}/${set}.json` };
}

/** A number that tells holes, cuts and exchanged records. Takes a tenth of a millisecond. */
export function checksumOf(pixels: Uint8Array): number {
  const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
  let checksum = 0;
  for (let start = 0; start < words.length; start += ROW_WORDS) {
    checksum = Math.imul(checksum ^ rowSum(words, start), 0x01000193);
  }
  return checksum >>> 0;
}

const ROW_WORDS = IMAGE_BYTES / IMAGE_SIZE / 4;

/**
 * The sum of the words of a row, mixed with the sum of those sums. A function of its own, because
 * V8 does not optimise one loop over all rows well: it enters the fast code in mid-loop and leaves
 * it again at the end of every image, for ever.
 */
function rowSum(words: Int32Array, start: number): number {
  let sum = 0;
  let sums = 0;
  for (let i = start; i < start + ROW_WORDS; i++) {
    sum = (sum + words[i]) | 0;
    sums = (sums + sum) | 0;
  }
  return sums ^ Math.imul(sum, 0x9e3779b1);
}

/**
 * Reads an index; `undefined` where there is none.
 * @throws UserError when it is damaged or of another version
 */
export async function readIndex(path: string): Promise<CacheIndex | undefined> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new UserError(`${path} cannot be read: ${messageOf(error)}`);
  }
  const removal = "Remove this cache with deno task cache --remove, then make it again";
  let saved;
  try {
    saved = JSON.parse(text);
  } catch {
    throw new UserError(`${path} is damaged: it is not JSON. ${removal}`);
  }
  if (saved?.version !== VERSION || saved.recordBytes !== IMAGE_BYTES) {
    throw new UserError(
      `${path} is of version ${saved?.version} with records of ${saved?.recordBytes} bytes, ` +
        `expected version ${VERSION} and ${IMAGE_BYTES} bytes. ${removal}`,
    );
  }
  const { source, ids, bytes, modified, checksums } = saved;
  const columns = [ids, bytes, modified, checksums];
  if (
    typeof source !== "string" ||
    columns.some((column) => !Array.isArray(column) || column.length !== ids.length)
  ) {
    throw new UserError(`${path} is damaged: its columns differ in length. ${removal}`);
  }
  return {
    source,
    records: ids.map((id: number | null, k: number) =>
      id === null
        ? undefined
        : { id, bytes: bytes[k], modified: modified[k], checksum: checksums[k] }
    ),
  };
}

/** Writes an index, atomically. */
export function writeIndex(path: string, { source, records }: CacheIndex) {
  const column = (key: keyof CacheRecord) => records.map((record) => record?.[key] ?? null);
  const text = JSON.stringify({
    version: VERSION,
    recordBytes: IMAGE_BYTES,
    source,
    ids: column("id"),
    bytes: column("bytes"),
    modified: column("modified"),
    checksums: column("checksum"),
  });
  return writeFileAtomic(path, new TextEncoder().encode(text));
}
