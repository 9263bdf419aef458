/**
 * safetensors files: 8 bytes of header length, a JSON header of names, types, shapes and offsets,
 * then the raw values, little endian, row-major.
 */
import { messageOf, UserError } from "../errors.ts";
import { bytesOf, writeAll, writeFileAtomic } from "./atomic.ts";

const TYPES = {
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
} as const;
export type DType = keyof typeof TYPES;
export type TensorData = Float32Array | Int32Array | Uint32Array | Uint8Array;

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

/** A header longer than this is taken for damage; the official reader has the same limit. */
const MAX_HEADER_BYTES = 100_000_000;

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
  const entries: Record<string, unknown> = { __metadata__: metadata };
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
 * Reads a safetensors file of the types F32, I32, U32 and U8.
 * @throws UserError when it is missing, truncated or damaged
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${messageOf(error)}`);
  }
  using _ = file;
  const { size } = await file.stat();
  const { entries, metadata, dataBytes } = await readHeader(file, size, path);
  const tensors = new Map<string, Tensor>();
  let offset = 0;
  // In the order of the values, so that one pass through the file reads them.
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    const { name, dtype, shape, begin, end } = entry;
    if (begin !== offset) {
      throw damaged(path, `the values of ${name} begin at ${begin}, expected ${offset}`);
    }
    if (end > dataBytes) {
      throw damaged(path, `the values of ${name} end at ${end}, but it has only ${dataBytes}`);
    }
    const data = new TYPES[dtype](sizeOf(shape));
    await readFull(file, bytesOf(data), path);
    tensors.set(name, { shape, data });
    offset = end;
  }
  if (offset !== dataBytes) {
    throw damaged(path, `its tensors take ${offset} bytes, but ${dataBytes} follow the header`);
  }
  const inOrder = entries.map(({ name }) => [name, tensors.get(name)!] as const);
  return { tensors: new Map(inOrder), metadata };
}

interface Entry {
  name: string;
  dtype: DType;
  shape: number[];
  begin: number;
  end: number;
}

async function readHeader(file: Deno.FsFile, size: number, path: string) {
  const prefix = new Uint8Array(8);
  if (size < 8) throw damaged(path, `it has only ${size} bytes`);
  await readFull(file, prefix, path);
  const length = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > size) {
    throw damaged(path, `a header of ${length} bytes is announced in a file of ${size}`);
  }
  const json = new Uint8Array(length);
  await readFull(file, json, path);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch {
    throw damaged(path, "its header is not JSON");
  }
  if (!isRecord(header)) throw damaged(path, "its header is not a JSON object");
  const { __metadata__: metadata = {}, ...rest } = header;
  if (!isRecord(metadata) || Object.values(metadata).some((v) => typeof v !== "string")) {
    throw damaged(path, "its metadata are not strings");
  }
  return {
    entries: Object.entries(rest).map(([name, entry]) => checkEntry(name, entry, path)),
    metadata: metadata as Record<string, string>,
    dataBytes: size - 8 - length,
  };
}

function checkEntry(name: string, entry: unknown, path: string): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) {
    throw damaged(path, `the header's entry of ${name} has no proper shape and offsets`);
  }
  if (typeof dtype !== "string" || !Object.hasOwn(TYPES, dtype)) {
    throw new UserError(
      `${path}: ${name} is of type ${dtype}, expected one of ${Object.keys(TYPES).join(", ")}`,
    );
  }
  const [begin, end] = offsets;
  if (sizeOf(shape) * TYPES[dtype as DType].BYTES_PER_ELEMENT !== end - begin) {
    throw damaged(
      path,
      `${name}, ${dtype} of shape (${shape.join(", ")}), does not take ${end - begin} bytes`,
    );
  }
  return { name, dtype: dtype as DType, shape, begin, end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((v) => Number.isSafeInteger(v) && v >= 0);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

async function readFull(file: Deno.FsFile, target: Uint8Array, path: string) {
  for (let read = 0; read < target.length;) {
    const count = await file.read(target.subarray(read));
    if (count === null) throw damaged(path, "it ends early");
    read += count;
  }
}

function damaged(path: string, detail: string): UserError {
  return new UserError(`${path} is damaged or not a safetensors file: ${detail}`);
}
