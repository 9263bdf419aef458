/** Files of pictures made for tests: PNG of every kind, FITS of any numbers, JPEG with EXIF. */
import { deflateSync } from "node:zlib";

const text = new TextEncoder();

export function joined(parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export interface PngOptions {
  width: number;
  height: number;
  depth: 1 | 2 | 4 | 8 | 16;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha */
  type: 0 | 2 | 3 | 4 | 6;
  /** Of row k: filter k % 5 where it is left out. */
  filter?: number;
  /** Other chunks, before the data. */
  chunks?: [type: string, content: Uint8Array][];
}

const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** A PNG, not interlaced, of samples 0 … 2^depth − 1. */
export function encodePng(samples: ArrayLike<number>, options: PngOptions): Uint8Array {
  const { width, height, depth, type, filter, chunks = [] } = options;
  const perRow = width * SAMPLES[type];
  const bytes = Math.ceil(perRow * depth / 8);
  const distance = Math.max(1, SAMPLES[type] * depth / 8);
  const data = new Uint8Array(height * (1 + bytes));
  let above = new Uint8Array(bytes);
  for (let row = 0; row < height; row++) {
    const line = new Uint8Array(bytes);
    for (let k = 0; k < perRow; k++) put(line, k, samples[row * perRow + k], depth);
    const kind = filter ?? row % 5;
    data[row * (1 + bytes)] = kind;
    for (let k = 0; k < bytes; k++) {
      const [left, corner] = k < distance ? [0, 0] : [line[k - distance], above[k - distance]];
      data[row * (1 + bytes) + 1 + k] = line[k] - predicted(kind, left, above[k], corner);
    }
    above = line;
  }
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set([depth, type], 8);
  const packed = deflateSync(data);
  const half = packed.length >> 1;
  return joined([
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    pngChunk("IHDR", header),
    ...chunks.map(([name, content]) => pngChunk(name, content)),
    pngChunk("IDAT", packed.subarray(0, half)),
    pngChunk("IDAT", packed.subarray(half)),
    pngChunk("IEND", new Uint8Array()),
  ]);
}

function put(line: Uint8Array, index: number, value: number, depth: number) {
  if (depth === 16) line.set([value >> 8, value & 255], 2 * index);
  else line[index * depth >> 3] |= value << (8 - depth - (index * depth & 7));
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 4) {
    const guess = left + up - corner;
    const order = [left, up, corner].map((value) => Math.abs(guess - value));
    return [left, up, corner][order.indexOf(Math.min(...order))];
  }
  return [0, left, up, (left + up) >> 1][filter];
}

export function pngChunk(type: string, content: Uint8Array): Uint8Array {
  const body = joined([text.encode(type), content]);
  const chunk = new Uint8Array(body.length + 8);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  chunk.set(body, 4);
  view.setUint32(body.length + 4, crc(body));
  return chunk;
}

function crc(bytes: Uint8Array): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return ~value >>> 0;
}

export interface FitsUnit {
  bitpix: 8 | 16 | 32 | 64 | -32 | -64;
  /** Columns, rows, planes. */
  axes: number[];
  /** Numbers as they are stored, the bottom row first. */
  values: ArrayLike<number>;
  cards?: Record<string, string | number | boolean>;
}

/** A FITS file of images. */
export function encodeFitsUnits(units: readonly FitsUnit[]): Uint8Array {
  return joined(units.flatMap(({ bitpix, axes, values, cards = {} }, index) => {
    const standard = {
      ...(index === 0 ? { SIMPLE: true } : { XTENSION: "IMAGE" }),
      BITPIX: bitpix,
      NAXIS: axes.length,
      ...Object.fromEntries(axes.map((length, k) => [`NAXIS${k + 1}`, length])),
    };
    const data = new DataView(new ArrayBuffer(values.length * Math.abs(bitpix) / 8));
    for (let k = 0; k < values.length; k++) store(data, bitpix, k, values[k]);
    return [fitsHeader({ ...standard, ...cards }), inBlocks(new Uint8Array(data.buffer), 0)];
  }));
}

export function fitsHeader(cards: Record<string, string | number | boolean>): Uint8Array {
  const lines = Object.entries(cards).map(([key, value]) => {
    const shown = typeof value === "string"
      ? `'${value.replaceAll("'", "''").padEnd(8)}'`
      : (typeof value === "boolean" ? (value ? "T" : "F") : String(value)).padStart(20);
    return `${key.padEnd(8)}= ${shown} / a comment`.padEnd(80);
  });
  return inBlocks(text.encode(lines.join("") + "END".padEnd(80)), 32);
}

function inBlocks(bytes: Uint8Array, filling: number): Uint8Array {
  const blocks = new Uint8Array(2880 * Math.ceil(bytes.length / 2880)).fill(filling);
  blocks.set(bytes);
  return blocks;
}

function store(view: DataView, bitpix: FitsUnit["bitpix"], index: number, value: number) {
  if (bitpix === 8) view.setUint8(index, value);
  else if (bitpix === 16) view.setInt16(2 * index, value);
  else if (bitpix === 32) view.setInt32(4 * index, value);
  else if (bitpix === 64) view.setBigInt64(8 * index, BigInt(value));
  else if (bitpix === -32) view.setFloat32(4 * index, value);
  else view.setFloat64(8 * index, value);
}

/** EXIF with an orientation, as in a JPEG's APP1 behind its name. */
export function exif(orientation: number, order: "II" | "MM" = "MM"): Uint8Array {
  const view = new DataView(new ArrayBuffer(26));
  const little = order === "II";
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 1, little);
  view.setUint16(10, 0x0112, little);
  view.setUint16(12, 3, little);
  view.setUint32(14, 1, little);
  view.setUint16(18, orientation, little);
  return new Uint8Array(view.buffer);
}

/** A JPEG file with EXIF behind its start. */
export function withExif(jpeg: Uint8Array, content: Uint8Array): Uint8Array {
  const length = 2 + 6 + content.length;
  const app1 = joined([[0xff, 0xe1, length >> 8, length & 255], text.encode("Exif\0\0"), content]);
  return joined([jpeg.subarray(0, 2), app1, jpeg.subarray(2)]);
}
