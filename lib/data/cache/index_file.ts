/** What a byte cache of images holds: a file of records, and an index that says whose they are. */
import { crc32 } from "node:zlib";
import { commandLine } from "../../called.ts";
import { UserError } from "../../errors.ts";
import { FieldError, Fields } from "../../files/fields.ts";
import { readTextIfThere } from "../../files/read.ts";
import { unseal, writeSealed } from "../../files/sealed_json.ts";
import type { ImageState } from "../../marks.ts";
import { IMAGE_BYTES } from "../views/warp.ts";

export type ImageSetName = "train" | "test";

/** One record: the pixels of galaxy `id` as its JPEG was then. */
export interface CacheRecord extends ImageState {
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

/** 2: CRC-32 as checksums, and digests of the JPEGs. */
const VERSION = 2;
const COLUMNS = ["ids", "bytes", "modified", "checksums", "digests"] as const;

/** The two files of a set in a cache folder. */
export function cacheFiles(folder: string, set: ImageSetName) {
  return { pixels: `${folder}/${set}.rgb`, index: `${folder}/${set}.json` };
}

/**
 * A number that tells holes, cuts, exchanged records and every flipped bit: CRC-32, which sees all
 * changes within 32 bits in a row. Takes a hundredth of a millisecond.
 */
export function checksumOf(pixels: Uint8Array): number {
  return crc32(pixels);
}

/**
 * Reads an index; `undefined` where there is none.
 * @throws UserError when it is damaged or of another version
 */
export async function readIndex(path: string): Promise<CacheIndex | undefined> {
  const removal = `Remove this cache with ${commandLine("cache --remove")}, then make it again`;
  const text = await readTextIfThere(path);
  if (text === undefined) return undefined;
  refuseOtherVersions(text, path, removal);
  const opened = unseal(text);
  if ("problem" in opened) {
    throw new UserError(`${path} is damaged: it ${opened.problem}. ${removal}`);
  }
  try {
    return indexOf(new Fields(opened.value));
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new UserError(`${path} is damaged: ${error.message}. ${removal}`);
  }
}

/** An index of another version has another form, and may have no digest. */
function refuseOtherVersions(text: string, path: string, removal: string) {
  const version = /^\{"version":(\d+),/.exec(text)?.[1];
  if (version === undefined || Number(version) === VERSION) return;
  throw new UserError(`${path} is of version ${version}, expected ${VERSION}. ${removal}`);
}

function indexOf(fields: Fields): CacheIndex {
  fields.integer("version", VERSION, VERSION);
  fields.integer("recordBytes", IMAGE_BYTES, IMAGE_BYTES);
  const source = fields.text("source");
  const columns = COLUMNS.map((name) => fields.list(name));
  const [ids, bytes, modified, checksums, digests] = columns;
  for (const [k, column] of columns.entries()) {
    if (column.length === ids.length) continue;
    throw new FieldError(
      `there are ${ids.length} ids, but ${COLUMNS[k]} has ${column.length} values`,
    );
  }
  const records = ids.map((id, k): CacheRecord | undefined => {
    if (id === null) return undefined;
    const record = new Fields({
      id,
      bytes: bytes[k],
      modified: modified[k],
      checksum: checksums[k],
      sha256: digests[k],
    }, `record ${k}`);
    return {
      id: record.integer("id"),
      bytes: record.integer("bytes"),
      modified: record.number("modified"),
      checksum: record.integer("checksum", 0, 2 ** 32 - 1),
      sha256: record.digest("sha256"),
    };
  });
  return { source, records };
}

/** Writes an index, atomically. */
export function writeIndex(path: string, { source, records }: CacheIndex) {
  const column = (key: keyof CacheRecord) => records.map((record) => record?.[key] ?? null);
  return writeSealed(path, {
    version: VERSION,
    recordBytes: IMAGE_BYTES,
    source,
    ids: column("id"),
    bytes: column("bytes"),
    modified: column("modified"),
    checksums: column("checksum"),
    digests: column("sha256"),
  });
}
