/**
 * safetensors files: 8 bytes of header length, a JSON header of names, types, shapes and offsets,
 * then the raw values, little endian, row-major.
 */
import { bytesOf, writeAll, writeFileAtomic, type WriteOptions } from "../files/atomic.ts";
import { sha256 } from "../files/digest.ts";
import { fileError } from "../files/explain.ts";
import { openFile, readFull } from "../files/read.ts";
import {
  checkedHeader,
  damaged,
  type DType,
  type Header,
  headerLength,
  inFileOrder,
  type NamedTensor,
  type Safetensors,
  type SafetensorsHeader,
  sizeOf,
  type TensorData,
  type TensorEntry,
  TYPES,
} from "./safetensors_header.ts";

export type { DType, NamedTensor, Safetensors, SafetensorsHeader, TensorData };
export type { Tensor, TensorEntry } from "./safetensors_header.ts";

export interface SafetensorsOptions {
  /** Is called with the header before memory is taken for the values, and may throw. */
  expect?: (header: SafetensorsHeader) => void;
  /** Bytes that the file may have; 1 GiB by default. */
  limit?: number;
}

/**
 * Writes tensors in the given order, one after another without a copy; atomically. The type of a
 * tensor's `data` is its type in the file.
 */
export async function writeSafetensors(
  path: string,
  tensors: readonly NamedTensor[],
  metadata: Record<string, string> = {},
  options?: WriteOptions,
) {
  const header = encodeHeader(tensors, metadata);
  await writeFileAtomic(path, async (file) => {
    await writeAll(file, header);
    for (const { data } of tensors) await writeAll(file, bytesOf(data));
  }, options);
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

async function readHeader(file: Deno.FsFile, size: number, path: string): Promise<Header> {
  const prefix = new Uint8Array(8);
  if (size >= 8) await read(file, prefix, path);
  const length = headerLength(prefix, size, path);
  const json = new Uint8Array(length);
  await read(file, json, path);
  return checkedHeader(json, size - 8 - length, path);
}

async function read(file: Deno.FsFile, target: Uint8Array, path: string) {
  if (!await readFull(file, target)) throw damaged(path, "it ends early");
}

/** SHA-256 over names, types, shapes and values of tensors, in their order. */
export function contentDigest(tensors: Iterable<NamedTensor>): string {
  const parts: (string | TensorData)[] = [];
  for (const { name, shape, data } of tensors) {
    parts.push(JSON.stringify([name, data.constructor.name, shape]), data);
  }
  return sha256(...parts);
}
