/** NumPy's .npy files, versions 1 and 2, little endian and C order; gzipped where named .npy.gz. */
import { messageOf, UserError } from "../errors.ts";
import { bytesOf, writeFileAtomic } from "./atomic.ts";

const TYPES = {
  "<f4": Float32Array,
  "<f8": Float64Array,
  "<i8": BigInt64Array,
  "<i4": Int32Array,
  "|u1": Uint8Array,
} as const;
type Descriptor = keyof typeof TYPES;
export type NpyData = InstanceType<typeof TYPES[Descriptor]>;

export interface NpyArray<D extends NpyData = NpyData> {
  shape: number[];
  data: D;
}

const MAGIC = "\x93NUMPY";

/** The bytes of an .npy file; the type of `data` is the type in the file. */
export function encodeNpy({ shape, data }: NpyArray): Uint8Array {
  const descriptor = (Object.keys(TYPES) as Descriptor[]).find((d) => data instanceof TYPES[d]);
  const length = shape.reduce((product, size) => product * size, 1);
  if (!descriptor || length !== data.length) {
    throw new RangeError(`${data.length} values cannot be written with shape (${shape})`);
  }
  const shapeText = shape.join(", ") + (shape.length === 1 ? "," : "");
  const header = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${shapeText}), }`;
  // The data begins at a multiple of 64 bytes; 11 are the magic, version, length and line end.
  const headerLength = Math.ceil((header.length + 11) / 64) * 64 - 10;
  const file = new Uint8Array(10 + headerLength + data.byteLength);
  for (let i = 0; i < MAGIC.length; i++) file[i] = MAGIC.charCodeAt(i);
  file[6] = 1;
  new DataView(file.buffer).setUint16(8, headerLength, true);
  file.set(new TextEncoder().encode(header.padEnd(headerLength - 1) + "\n"), 10);
  file.set(bytesOf(data), 10 + headerLength);
  return file;
}

/**
 * Reads the bytes of an .npy file.
 * @param name what the file is called in an error
 * @throws UserError when it is damaged, or of a type or order that is not supported
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const { descriptor, shape, start } = readHeader(bytes, name);
  const Type = TYPES[descriptor];
  const length = shape.reduce((product, size) => product * size, 1);
  const expected = start + length * Type.BYTES_PER_ELEMENT;
  if (bytes.length !== expected) {
    throw new UserError(
      `${name} is damaged: shape (${shape.join(", ")}) of ${descriptor} makes a file of ` +
        `${expected} bytes, but it has ${bytes.length}`,
    );
  }
  return { shape, data: new Type(bytes.slice(start).buffer) };
}

function readHeader(bytes: Uint8Array, name: string) {
  if (MAGIC.split("").some((character, i) => bytes[i] !== character.charCodeAt(0))) {
    throw new UserError(`${name} is not an .npy file: it does not begin with \\x93NUMPY`);
  }
  const version = bytes[6];
  if (version !== 1 && version !== 2) {
    throw new UserError(`${name} has .npy version ${version}, expected 1 or 2`);
  }
  const prefix = version === 1 ? 10 : 12;
  if (bytes.length < prefix) throw new UserError(`${name} is damaged: its header is cut off`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = prefix + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder().decode(bytes.subarray(prefix, start));
  const descriptor = header.match(/'descr':\s*'([^']*)'/)?.[1];
  const order = header.match(/'fortran_order':\s*(True|False)/)?.[1];
  const sizes = header.match(/'shape':\s*\(([\d,\s]*)\)/)?.[1];
  if (start > bytes.length || descriptor === undefined || !order || sizes === undefined) {
    throw new UserError(`${name} is damaged: its header cannot be read`);
  }
  if (!Object.hasOwn(TYPES, descriptor)) {
    throw new UserError(
      `${name} holds values of type ${descriptor}, expected one of ${Object.keys(TYPES)}`,
    );
  }
  if (order === "True") {
    throw new UserError(
      `${name} is stored column by column (fortran_order), expected rows. ` +
        `Save numpy.ascontiguousarray(…) instead`,
    );
  }
  const shape = sizes.split(",").filter((size) => size.trim()).map(Number);
  return { descriptor: descriptor as Descriptor, shape, start };
}

/**
 * Reads an .npy or .npy.gz file.
 * @throws UserError when it is missing, damaged, or of a type or order that is not supported
 */
export async function readNpy(path: string): Promise<NpyArray> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${messageOf(error)}`);
  }
  return decodeNpy(path.endsWith(".gz") ? await gunzip(bytes, path) : bytes, path);
}

/** Writes an .npy file, gzipped if it is named .gz; atomically. */
export async function writeNpy(path: string, array: NpyArray) {
  const bytes = encodeNpy(array);
  await writeFileAtomic(path, path.endsWith(".gz") ? await gzip(bytes) : bytes);
}

/** Compresses bytes as a .gz file. */
export function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  return pipe(bytes, new CompressionStream("gzip"));
}

/**
 * The content of a .gz file.
 * @param name what the file is called in an error
 * @throws UserError when it is damaged
 */
export async function gunzip(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  try {
    return await pipe(bytes, new DecompressionStream("gzip"));
  } catch (error) {
    throw new UserError(`${name} is not a whole gzip file: ${messageOf(error)}`);
  }
}

async function pipe(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const body = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(body).arrayBuffer());
}
