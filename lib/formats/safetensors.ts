/**
 * safetensors files: 8 bytes of header length, a JSON header of names, types, shapes and offsets,
 * then the raw values, little endian, row-major.
 */
import { quoted, UserError } from "../errors.ts";
import { bytesOf, writeAll, writeFileAtomic } from "../files/atomic.ts";
import { sha256 } from "../files/digest.ts";
import { fileError } from "../files/explain.ts";
import { openFile, readFull } from "../files/read.ts";
import { duplicateKey } from "./duplicate_key.ts";

const TYPES = {
  F32: Float32Array,
  F16: Float16Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
} as const;
export type DType = keyof typeof TYPES;
export type TensorData = Float32Array | Float16Array | Int32Array | Uint32Array | Uint8Array;

export interface Tensor<D extends TensorData = TensorData> {
  shape: readonly number[];
  data: D;
}
export interface NamedTensor extends Tensor {
  name: string;
}
export interface Safetensors {
  /** In the order of the file. */
  tensors: Map<string, Tensor>;
  metadata: Record<string, string>;
}

/** What the header says of a tensor. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Where its values begin and end, counted from the end of the header. */
  readonly begin: number;
  readonly end: number;
}
export interface SafetensorsHeader {
  /** In the order of the file. */
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}

export interface SafetensorsOptions {
  /** Is called with the header before memory is taken for the values, and may throw. */
  expect?: (header: SafetensorsHeader) => void;
  /** Bytes that the file may have; 1 GiB by default. */
  limit?: number;
}

/**
 * A header longer than this is taken for damage. The official reader allows 25 times as much, which
 * `JSON.parse` takes half a minute and 1.2 GB for where it is nothing but brackets.
 */
const MAX_HEADER_BYTES = 4_000_000;
const MAX_DIMENSIONS = 32;

/**
 * Writes tensors in the given order, one after another without a copy; atomically. The type of a
 * tensor's `data` is its type in the file.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly NamedTensor[],
  metadata: Record<string, string> = {},
) {
  const header = encodeHeader(tensors, metadata);
  await writeFileAtomic(path, async (file) => {
    await writeAll(file, header);
    for (const { data } of tensors) await writeAll(file, bytesOf(data));
  });
}

function encodeHeader(tensors: readonly NamedTensor[], metadata: Record<string, string>) {
  // Without a prototype, so that a tensor may have any name.
  const entries: Record<string, unknown> = Object.create(null);
  entries.__metadata__ = metadata;
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    if (Object.hasOwn(entries, name)) throw new RangeError(`two tensors are called ${name}`);
    if (data.length !== sizeOf(shape)) {
      throw new RangeError(`${name}: ${data.length} values cannot have shape (${shape})`);
    }
    const dtype = (Object.keys(TYPES) as DType[]).find((d) => data instanceof TYPES[d]);
    entries[name] = { dtype, shape, data_offsets: [offset, offset += data.byteLength] };
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  // Padded with spaces, so that the values begin at a multiple of 8 bytes.
  const length = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  return header;
}

/**
 * Reads a safetensors file of the types F32, F16, I32, U32 and U8: its header first, and its values
 * only if that is in order.
 * @throws UserError when it is missing, too large, truncated or damaged; what `expect` throws
 */
export async function readSafetensors(
  path: string,
  { expect, ...options }: SafetensorsOptions = {},
): Promise<Safetensors> {
  const { file, size } = await openFile(path, options);
  using _ = file;
  try {
    const header = await readHeader(file, size, path);
    expect?.(header);
    const data = new Map<TensorEntry, TensorData>();
    for (const entry of inFileOrder(header.entries)) {
      const values = new TYPES[entry.dtype](sizeOf(entry.shape));
      await read(file, bytesOf(values), path);
      data.set(entry, values);
    }
    const tensors = header.entries.map((entry) =>
      [entry.name, { shape: entry.shape, data: data.get(entry)! }] as const
    );
    return { tensors: new Map(tensors), metadata: header.metadata };
  } catch (error) {
    throw fileError(error, path, "read");
  }
}

/** In the order of the values, so that one pass through the file reads them. */
function inFileOrder(entries: readonly TensorEntry[]): TensorEntry[] {
  return [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
}

interface Header extends SafetensorsHeader {
  metadata: Record<string, string>;
}

async function readHeader(file: Deno.FsFile, size: number, path: string): Promise<Header> {
  const prefix = new Uint8Array(8);
  if (size < 8) throw damaged(path, `it has only ${size} bytes`);
  await read(file, prefix, path);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > size) {
    throw damaged(path, `a header of ${length} bytes is announced in a file of ${size}`);
  }
  const json = new Uint8Array(length);
  await read(file, json, path);
  const header = parseHeader(json, path);
  checkCover(header.entries, size - 8 - length, path);
  return header;
}

function parseHeader(json: Uint8Array, path: string): Header {
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(json);
    header = JSON.parse(text);
  } catch {
    throw damaged(path, "its header is not JSON");
  }
  if (!isRecord(header)) throw damaged(path, "its header is not a JSON object");
  const twice = duplicateKey(text);
  if (twice !== undefined) throw damaged(path, `its header has two entries ${quoted(twice)}`);
  const { __metadata__: metadata = {}, ...rest } = header;
  if (!isRecord(metadata) || Object.values(metadata).some((v) => typeof v !== "string")) {
    throw damaged(path, "its metadata are not strings");
  }
  return {
    entries: Object.entries(rest).map(([name, entry]) => checkEntry(name, entry, path)),
    metadata: metadata as Record<string, string>,
  };
}

/** The values have to follow one another without a gap, to the end of the file. */
function checkCover(entries: readonly TensorEntry[], dataBytes: number, path: string) {
  let offset = 0;
  for (const { name, begin, end } of inFileOrder(entries)) {
    if (begin !== offset) {
      throw damaged(path, `the values of ${quoted(name)} begin at ${begin}, expected ${offset}`);
    }
    if (end > dataBytes) {
      throw damaged(
        path,
        `the values of ${quoted(name)} end at ${end}, but it has only ${dataBytes}`,
      );
    }
    offset = end;
  }
  if (offset !== dataBytes) {
    throw damaged(path, `its tensors take ${offset} bytes, but ${dataBytes} follow the header`);
  }
}

function checkEntry(name: string, entry: unknown, path: string): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw damaged(path, `the header's entry of ${quoted(name)} has no proper shape and offsets`);
  }
  if (shape.length > MAX_DIMENSIONS) {
    throw damaged(path, `${quoted(name)} has ${shape.length} dimensions`);
  }
  if (typeof dtype !== "string" || !Object.hasOwn(TYPES, dtype)) {
    const found = quoted(typeof dtype === "string" ? dtype : JSON.stringify(dtype) ?? "none");
    const known = Object.keys(TYPES).join(", ");
    throw new UserError(`${path}: ${quoted(name)} is of type ${found}, expected one of ${known}`);
  }
  const [begin, end] = offsets;
  if (sizeOf(shape) * TYPES[dtype as DType].BYTES_PER_ELEMENT !== end - begin) {
    throw damaged(
      path,
      `${quoted(name)}, ${dtype} of shape (${shape.join(", ")}), does not take ${
        end - begin
      } bytes`,
    );
  }
  return { name, dtype: dtype as DType, shape, begin, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) &&
    value.every((v) => Number.isSafeInteger(v) && v >= 0 && !Object.is(v, -0));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

async function read(file: Deno.FsFile, target: Uint8Array, path: string) {
  if (!await readFull(file, target)) throw damaged(path, "it ends early");
}

function damaged(path: string, detail: string): UserError {
  return new UserError(`${path} is damaged or not a safetensors file: ${detail}`);
}

/** SHA-256 over names, types, shapes and values of tensors, in their order. */
export function contentDigest(tensors: Iterable<NamedTensor>): string {
  const parts: (string | TensorData)[] = [];
  for (const { name, shape, data } of tensors) {
    parts.push(JSON.stringify([name, data.constructor.name, shape]), data);
  }
  return sha256(...parts);
}
