/** NumPy's .npy files, little endian and C order; gzipped where named .npy.gz. */
import { UserError } from "../errors.ts";
import { bytesOf, writeFileAtomic } from "../files/atomic.ts";
import { fileError } from "../files/explain.ts";
import { openFile, readFile, readFull } from "../files/read.ts";
import { gunzip, gunzipStart, gzip, MOST_PER_BYTE } from "./gzip.ts";
import {
  encodeNpyHeader,
  MOST_HEADER_BYTES,
  NPY_TYPES,
  type NpyHeader,
  type NpyType,
  readNpyHeader,
} from "./npy_header.ts";

export type NpyData = InstanceType<typeof NPY_TYPES[NpyType]>;

export interface NpyArray<D extends NpyData = NpyData> {
  shape: number[];
  data: D;
}

/** Ten times the largest file of the paper, the predictions for 79,975 galaxies as float64. */
const LIMIT = 2 ** 28;

/** The bytes of an .npy file; the type of `data` is the type in the file. */
export function encodeNpy({ shape, data }: NpyArray): Uint8Array {
  const type = (Object.keys(NPY_TYPES) as NpyType[]).find((t) => data instanceof NPY_TYPES[t]);
  const length = shape.reduce((product, size) => product * size, 1);
  if (!type || length !== data.length) {
    throw new RangeError(`${data.length} values cannot be written with shape (${shape})`);
  }
  const header = encodeNpyHeader(type, shape);
  const file = new Uint8Array(header.length + data.byteLength);
  file.set(header);
  file.set(bytesOf(data), header.length);
  return file;
}

/**
 * Reads the bytes of an .npy file.
 * @param name what the file is called in an error
 * @throws UserError when it is damaged, or of a type or order that is not supported
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const header = readNpyHeader(bytes, name);
  if (bytes.length !== header.end) throw otherSize(name, header, `it has ${bytes.length}`);
  return { shape: header.shape, data: valuesOf(header, bytes.slice(header.start)) };
}

/**
 * Reads an .npy or .npy.gz file. Its header is judged before memory is taken for the values.
 * @param options `limit`: bytes that the file may have, unpacked; 256 MiB by default
 * @returns with the comment of the gzip header, if there is one
 * @throws UserError when it is missing, damaged, too large, or of a type or order that is not supported
 */
export async function readNpy(
  path: string,
  { limit = LIMIT }: { limit?: number } = {},
): Promise<NpyArray & { comment: string | undefined }> {
  if (path.endsWith(".gz")) {
    const packed = await readFile(path, { limit });
    return decodeNpyGz(packed, path, { limit });
  }
  const { file, size } = await openFile(path, { limit });
  using _ = file;
  try {
    const start = new Uint8Array(Math.min(size, MOST_HEADER_BYTES));
    if (!await readFull(file, start)) throw changed(path);
    const header = readNpyHeader(start, path);
    if (size !== header.end) throw otherSize(path, header, `it has ${size}`);
    const values = new Uint8Array(header.end - header.start);
    values.set(start.subarray(header.start));
    const read = start.length - header.start;
    if (!await readFull(file, values.subarray(read))) throw changed(path);
    return { shape: header.shape, data: valuesOf(header, values), comment: undefined };
  } catch (error) {
    throw fileError(error, path, "read");
  }
}

/** @throws UserError as `readNpy` does */
export function decodeNpyGz(
  packed: Uint8Array,
  name: string,
  { limit = LIMIT }: { limit?: number } = {},
): NpyArray & { comment: string | undefined } {
  const header = readNpyHeader(gunzipStart(packed, name, MOST_HEADER_BYTES), name);
  if (header.end > limit) {
    throw new UserError(
      `${name} cannot be read: shape (${header.shape.join(", ")}) of ${header.type} makes a file ` +
        `of ${header.end.toLocaleString("en")} bytes, at most ${limit.toLocaleString("en")} are ` +
        "expected. Is it the right file?",
    );
  }
  if (header.end > packed.length * MOST_PER_BYTE) {
    throw otherSize(name, header, `${packed.length} compressed bytes cannot hold so much`);
  }
  const { bytes, comment } = gunzip(packed, name, { limit: header.end });
  return { ...decodeNpy(bytes, name), comment };
}

function valuesOf({ type }: NpyHeader, bytes: Uint8Array<ArrayBuffer>): NpyData {
  return new NPY_TYPES[type](bytes.buffer);
}

function otherSize(name: string, { shape, type, end }: NpyHeader, found: string): UserError {
  return new UserError(
    `${name} is damaged: shape (${shape.join(", ")}) of ${type} makes a file of ${end} bytes, ` +
      `but ${found}`,
  );
}

function changed(path: string): UserError {
  return new UserError(`${path} has become shorter while it was read. Try again`);
}

/**
 * Writes an .npy file, gzipped if it is named .gz; atomically.
 * @param comment ASCII for the gzip header
 */
export async function writeNpy(path: string, array: NpyArray, comment?: string) {
  const bytes = encodeNpy(array);
  if (path.endsWith(".gz")) return await writeFileAtomic(path, gzip(bytes, comment));
  if (comment !== undefined) throw new RangeError(`${path} has no place for a comment`);
  await writeFileAtomic(path, bytes);
}
