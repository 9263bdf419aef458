/** What a safetensors file says of itself, and whether it can be so: browsers read it by this too. */
import { quoted, UserError } from "../errors.ts";
import { duplicateKey } from "./duplicate_key.ts";

export const TYPES = {
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

/**
 * A header longer than this is taken for damage. The official reader allows 25 times as much, which
 * `JSON.parse` takes half a minute and 1.2 GB for where it is nothing but brackets.
 */
const MAX_HEADER_BYTES = 4_000_000;
const MAX_DIMENSIONS = 32;

export interface Header extends SafetensorsHeader {
  /** One's own copy. */
  metadata: Record<string, string>;
}

/**
 * Bytes of the header, of which the first 8 bytes of a file tell.
 * @param size of the whole file
 * @throws UserError when the file is shorter, or the header longer than any
 */
export function headerLength(prefix: Uint8Array, size: number, path: string): number {
  if (size < 8) throw damaged(path, `it has only ${size} bytes`);
  const view = new DataView(prefix.buffer, prefix.byteOffset);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > size) {
    throw damaged(path, `a header of ${length} bytes is announced in a file of ${size}`);
  }
  return length;
}

/**
 * The header of a file, whose values follow one another without a gap, to the end of the file.
 * @param dataBytes that follow the header
 * @throws UserError when it is damaged
 */
export function checkedHeader(json: Uint8Array, dataBytes: number, path: string): Header {
  const header = parseHeader(json, path);
  checkCover(header.entries, dataBytes, path);
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

/** Numbers of a tensor. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** In the order of the values, so that one pass through the file reads them. */
export function inFileOrder(entries: readonly TensorEntry[]): TensorEntry[] {
  return [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
}

export function damaged(path: string, detail: string): UserError {
  return new UserError(`${path} is damaged or not a safetensors file: ${detail}`);
}
