/** The readers of anybody's pictures: JPEG, PNG and FITS, whole files and what their checksums guard. */
import { crc32 } from "node:zlib";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { decodePicture } from "../../lib/pictures/decode.ts";
import { LEAST_SIDE, MOST_PIXELS } from "../../lib/pictures/picture.ts";
import {
  encodeFitsUnits,
  encodePng,
  exif,
  type FitsUnit,
  pngChunk,
  withExif,
} from "../pictures/files.ts";
import { RARE_JPEGS } from "./rare_jpegs.ts";
import { ensure, type Reader, type Sample } from "./reader.ts";
import { fractions, join } from "./samples.ts";

const [WIDTH, HEIGHT] = [40, 33];

async function read(file: Uint8Array, name: string): Promise<string> {
  const { width, height, pixels, kind, notes } = await decodePicture(file, name);
  const size = () => `${width}×${height} pixels, ${pixels.length} bytes`;
  ensure(Math.min(width, height) >= LEAST_SIDE && width * height <= MOST_PIXELS, size);
  ensure(pixels.length === 3 * width * height, size);
  // deno-lint-ignore no-control-regex
  ensure(!/[\u0000-\u001f\u007f]/.test(notes.join()), () => JSON.stringify(notes));
  return `${kind} ${width}×${height} ${crc32(pixels)} ${notes}`;
}

const unsealed = (bytes: Uint8Array): Sample => ({ bytes, sealed: false });

const levels = (count: number, most: number) =>
  Uint16Array.from(fractions(count, most), (fraction) => fraction * (most + 1));

/** The parts of a PNG between its signature and its end, by their names. */
function pngParts(file: Uint8Array): { type: string; content: Uint8Array }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const parts: { type: string; content: Uint8Array }[] = [];
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    parts.push({ type, content: file.slice(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return parts;
}

/** A file, and each of its chunks with a checksum that fits the mutated rest. */
function pngSamples(file: Uint8Array): Sample[] {
  const parts = pngParts(file);
  const guarded = parts.slice(0, -1).map(({ content }, changed): Sample => ({
    bytes: content,
    sealed: false,
    wrap: (bytes) =>
      join(
        file.subarray(0, 8),
        ...parts.map((part, k) => pngChunk(part.type, k === changed ? bytes : part.content)),
      ),
  }));
  return [{ bytes: file, sealed: true }, ...guarded];
}

const size = { width: WIDTH, height: HEIGHT };
const palette = Uint8Array.from(fractions(48, 6), (fraction) => 256 * fraction);
const png: Reader = {
  name: "picture-png",
  samples: [
    encodePng(levels(3 * WIDTH * HEIGHT, 255), { ...size, depth: 8, type: 2 }),
    encodePng(levels(2 * WIDTH * HEIGHT, 65535), {
      ...{ ...size, depth: 16, type: 4 },
      chunks: [["eXIf", exif(6)]],
    }),
    encodePng(levels(WIDTH * HEIGHT, 15), {
      ...{ ...size, depth: 4, type: 3 },
      chunks: [["PLTE", palette], ["tRNS", Uint8Array.of(0, 99)], ["acTL", new Uint8Array(8)]],
    }),
  ].flatMap(pngSamples),
  read: (file) => read(file, "m51.png"),
};

const values = (count: number) => Array.from(fractions(count, 7), (value) => 1000 * value ** 4);
const IMAGES: readonly FitsUnit[] = [
  { bitpix: -32, axes: [WIDTH, HEIGHT], values: values(WIDTH * HEIGHT), cards: { EXTNAME: "SCI" } },
  {
    ...{ bitpix: 16, axes: [WIDTH, HEIGHT, 3], values: values(3 * WIDTH * HEIGHT) },
    cards: { BANDS: "grz", BLANK: 0, BZERO: 3, BSCALE: 0.5 },
  },
  { bitpix: 8, axes: [WIDTH, HEIGHT], values: values(WIDTH * HEIGHT) },
];
/** Of an empty unit and one with an image. */
const HEADERS = 2 * 2880;
const fits: Reader = {
  name: "picture-fits",
  samples: IMAGES.flatMap((image) => {
    const file = encodeFitsUnits([{ bitpix: 8, axes: [], values: [] }, image]);
    // Headers are small beside their images, and hardly changed otherwise.
    const wrap = (bytes: Uint8Array) => join(bytes, file.subarray(HEADERS));
    return [unsealed(file), { bytes: file.subarray(0, HEADERS), wrap, sealed: false }];
  }),
  read: (file) => read(file, "m51.fits"),
};

const rgb = Uint8Array.from(fractions(3 * WIDTH * HEIGHT, 8), (value) => 256 * value);
const jpeg: Reader = {
  name: "picture-jpeg",
  samples: [
    withExif(await encodeJpeg(rgb, WIDTH, HEIGHT, 80), exif(6)),
    ...RARE_JPEGS,
  ].map(unsealed),
  read: (file) => read(file, "m51.jpg"),
};

export const PICTURE_READERS: readonly Reader[] = [png, fits, jpeg];
