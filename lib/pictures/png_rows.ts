/** Rows of a PNG: filters undone, interlaced passes put together, bits made samples (PNG specification, chapters 7 to 9). */
import type { PngHeader } from "./png_chunks.ts";

export const SAMPLES: Readonly<Record<PngHeader["colour"], number>> = {
  "grey": 1,
  "RGB": 3,
  "palette": 1,
  "grey with alpha": 2,
  "RGB with alpha": 4,
};

interface Pass {
  x: number;
  y: number;
  stepX: number;
  stepY: number;
}

const WHOLE: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];
/** Adam7. */
const INTERLACED: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

/** The passes of a picture that have pixels, with their columns, rows and bytes in a row. */
function passesOf({ width, height, depth, colour, interlaced }: PngHeader) {
  return (interlaced ? INTERLACED : WHOLE).map((pass) => {
    const columns = Math.ceil((width - pass.x) / pass.stepX);
    const rows = Math.ceil((height - pass.y) / pass.stepY);
    return { ...pass, columns, rows, bytes: Math.ceil(columns * SAMPLES[colour] * depth / 8) };
  }).filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** Bytes that the unpacked data of a picture have: its rows, each with a byte that names its filter. */
export function unpackedBytes(header: PngHeader): number {
  return passesOf(header).reduce((sum, { rows, bytes }) => sum + rows * (1 + bytes), 0);
}

/**
 * Samples of a picture, (height, width, samples), as they are: 0 … 2^depth − 1.
 * @param data exactly `unpackedBytes` bytes; filters are undone in place
 * @returns undefined when a filter is not known: the data are damaged
 */
export function samplesOf(
  header: PngHeader,
  data: Uint8Array,
): Uint8Array | Uint16Array | undefined {
  const { width, height, depth, colour } = header;
  const samples = SAMPLES[colour];
  const size = width * height * samples;
  const target = depth === 16 ? new Uint16Array(size) : new Uint8Array(size);
  const distance = Math.max(1, samples * depth / 8);
  let at = 0;
  for (const { x, y, stepX, stepY, columns, rows, bytes } of passesOf(header)) {
    let above: Uint8Array | undefined;
    for (let row = 0; row < rows; row++) {
      const filter = data[at];
      const line = data.subarray(at + 1, at + 1 + bytes);
      if (filter > 4) return undefined;
      unfilter(filter, line, above, distance);
      let to = ((y + row * stepY) * width + x) * samples;
      const step = (stepX - 1) * samples;
      let from = 0;
      for (let column = 0; column < columns; column++, to += step) {
        for (let k = 0; k < samples; k++) target[to++] = sample(line, from++, depth);
      }
      above = line;
      at += 1 + bytes;
    }
  }
  return target;
}

function sample(line: Uint8Array, index: number, depth: number): number {
  if (depth === 8) return line[index];
  if (depth === 16) return line[2 * index] << 8 | line[2 * index + 1];
  const bit = index * depth;
  return line[bit >> 3] >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
}

/** Adds what each byte was predicted to be, from those `distance` before and in the line above. */
function unfilter(
  filter: number,
  line: Uint8Array,
  above: Uint8Array | undefined,
  distance: number,
) {
  const { length } = line;
  if (filter === 1) {
    for (let k = distance; k < length; k++) line[k] += line[k - distance];
  } else if (filter === 2 && above) {
    for (let k = 0; k < length; k++) line[k] += above[k];
  } else if (filter === 3) {
    for (let k = 0; k < length; k++) {
      const left = k < distance ? 0 : line[k - distance];
      line[k] += (left + (above ? above[k] : 0)) >> 1;
    }
  } else if (filter === 4) {
    for (let k = 0; k < length; k++) {
      const left = k < distance ? 0 : line[k - distance];
      const up = above ? above[k] : 0;
      const corner = k < distance || !above ? 0 : above[k - distance];
      line[k] += paeth(left, up, corner);
    }
  }
}

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
