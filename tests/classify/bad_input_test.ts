/** A folder as people have it: what is no picture of a galaxy, or a rare one, beside those that are. */
import assert from "node:assert/strict";
import { PictureReader } from "../../lib/classify/reader.ts";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { inFolder } from "../data/folder.ts";
import { jpegFile } from "../data/jpeg/files.ts";
import {
  encodeFitsUnits,
  encodePng,
  fitsHeader,
  type FitsUnit,
  joined,
  pngChunk,
} from "../pictures/files.ts";
import { cat, emptySky, galaxy, SIZE, starField } from "../pictures/scenes.ts";

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

const SIDE = 90;
const rgb = galaxy(20, { x: 44.5, y: 44.5, width: SIDE, height: SIDE });
const png = { width: SIDE, height: SIDE, depth: 8, type: 2 } as const;
const grey = rgb.filter((_, k) => k % 3 === 1);
const tiny = (side: number) =>
  encodePng(new Uint8Array(3 * side * side), { ...png, width: side, height: side });

/** The header of a picture, with nothing behind it. */
function hugePng(): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, 10_001);
  view.setUint32(4, 10_000);
  header.set([8, 2], 8);
  return joined([tiny(1).subarray(0, 8), pngChunk("IHDR", header), pngChunk("IEND", header)]);
}

async function hugeJpeg(): Promise<Uint8Array> {
  const bytes = await encodeJpeg(new Uint8Array(3 * 40 * 40), 40, 40, 90);
  const frame = bytes.findIndex((byte, k) => byte === 0xff && bytes[k + 1] === 0xc0);
  bytes.set([0x27, 0x11, 0x27, 0x11], frame + 5); // 10,001 twice
  return bytes;
}

/** Light of a galaxy in FITS, 80 × 80; some of it without a value. */
function light(holes: readonly number[] = []): FitsUnit {
  const values = Array.from({ length: 6400 }, (_, at) => {
    const distance = Math.hypot(at % 80 - 40, Math.floor(at / 80) - 40);
    return 10 + at * 7919 % 5 / 5 + 500 * Math.exp(-distance / 4);
  });
  holes.forEach((hole, at) => values[at] = hole);
  return { axes: [80, 80], bitpix: -32, values };
}

const EMPTY: FitsUnit = { bitpix: 8, axes: [], values: [] };
const TABLE = {
  ...{ XTENSION: "BINTABLE", BITPIX: 8, NAXIS: 2, NAXIS1: 8, NAXIS2: 0, PCOUNT: 0, GCOUNT: 1 },
};
const units = (...more: Uint8Array[]) => joined([encodeFitsUnits([EMPTY]), ...more]);

/** Files, and what is said of them. */
const REFUSED: [name: string, bytes: Uint8Array, sentence: RegExp][] = [
  ["empty.jpg", new Uint8Array(), / is empty\. Fetch it again$/],
  ["one.png", tiny(1), / is 1×1 pixels, at least 32×32 are needed .*Use a larger picture$/],
  ["five.png", tiny(5), / is 5×5 pixels, at least 32×32 are needed/],
  ["huge.png", hugePng(), / is 10001×10000 pixels, 100\.01 megapixels, of which at most 100 are/],
  ["huge.jpg", await hugeJpeg(), / is 10001×10001 pixels, 100\.03 megapixels, .*Cut out the/],
  ["animated.gif", latin1("GIF89a\x01\0\x01\0"), /, but a GIF\. Save it as JPEG or PNG$/],
  ["a.webp", latin1("RIFF\x24\0\0\0WEBPVP8X"), /, but a WebP\. Save it as JPEG or PNG$/],
  ["a.tif", latin1("II*\0\x08\0\0\0"), /, but a TIFF\. Save it as JPEG or PNG$/],
  ["a.heic", latin1("\0\0\0\x18ftypheic"), /, but a HEIC\. Save it as JPEG or PNG$/],
  ["cmyk.jpg", jpegFile("cmyk"), / is a CMYK picture, meant for printing: .*Save it as RGB$/],
  ["cut.jpg", jpegFile("grey").slice(0, 400), / is truncated after 400 bytes/],
  ["nothing.fits", encodeFitsUnits([light(Array(6400).fill(NaN))]), / has no values in its image/],
  ["tables.fits", units(fitsHeader(TABLE)), / holds no image: it has an empty unit \[0\], table/],
  [
    "packed.fits.fz",
    units(fitsHeader({ ...TABLE, ZIMAGE: true, ZNAXIS: 2, ZNAXIS1: 300, ZNAXIS2: 200 })),
    / is compressed by fpack \(.*300×200\)\)\. Unpack it first: funpack /,
  ],
  ["notes.txt", latin1("M51, M101"), / is not a picture: it is a text\. JPEG, PNG and FITS are/],
];

/** Files that are read, and what is told of them. */
const READ: [name: string, bytes: Uint8Array, told: RegExp][] = [
  ["plain.png", encodePng(rgb, png), /^centre .*scaled by/],
  ["progressive.jpg", jpegFile("progressive"), /scaled by/],
  ["grey.jpg", jpegFile("grey"), /^greyscale; /],
  ["grey.png", encodePng(grey, { ...png, type: 0 }), /^greyscale; centre /],
  [
    "deep.png",
    encodePng(Array.from(rgb, (level) => 257 * level), { ...png, depth: 16 }),
    /^16 bits per colour reduced to 8; centre /,
  ],
  [
    "alpha.png",
    encodePng([...grey].flatMap((level) => [level, 200]), { ...png, type: 4 }),
    /^greyscale; transparent parts \(100 %\) shown on black/,
  ],
  [
    "palette.png",
    encodePng([...grey].map((level) => level >> 4), {
      ...png,
      type: 3,
      chunks: [["PLTE", Uint8Array.from({ length: 48 }, (_, k) => 17 * Math.floor(k / 3))]],
    }),
    /^centre /,
  ],
  [
    "animated.png",
    encodePng(rgb, { ...png, chunks: [["acTL", new Uint8Array(8)]] }),
    /^animated: its first picture; centre /,
  ],
  ["no wcs.fits", encodeFitsUnits([light()]), /asinh stretch/],
  [
    "holes.fits",
    encodeFitsUnits([light([NaN, Infinity, -Infinity, NaN])]),
    /^4 pixels \(0\.063 %\) without a value shown as sky; /,
  ],
  [
    "several.fits",
    encodeFitsUnits([EMPTY, light(), light()]),
    /^image \[1\] \(80×80\) of 2 images in the file; /,
  ],
];

/** Pictures of something else. */
const UNLIKE: [name: string, pixels: Uint8Array][] = [
  ["cat.jpg", cat()],
  ["stars.jpg", starField()],
  ["sky.jpg", emptySky()],
];

Deno.test("what cannot be read is told in a sentence each, and everything else is read", () =>
  inFolder(async (folder) => {
    const files: [name: string, bytes: Uint8Array][] = [];
    // Each bad one stands before a good one.
    for (let k = 0; k < Math.max(REFUSED.length, READ.length); k++) {
      for (const list of [REFUSED, READ]) if (k < list.length) files.push([list[k][0], list[k][1]]);
    }
    for (const [name, pixels] of [...UNLIKE, ["a galaxy.jpg", galaxy(45)] as const]) {
      files.push([name, await encodeJpeg(pixels, SIZE, SIZE, 90)]);
    }
    const items = files.map(([name]) => ({ path: `${folder}/${name}` }));
    for (const [k, [, bytes]] of files.entries()) await Deno.writeFile(items[k].path, bytes);
    const reader = new PictureReader({ how: undefined, transforms: 1, workers: 2 });
    const results = await reader.read(items);
    reader.close();
    const of = (name: string) => results[files.findIndex(([one]) => one === name)];
    for (const [name, , sentence] of REFUSED) {
      const one = of(name);
      assert.ok("why" in one, `${name} is read`);
      assert.ok(one.why.startsWith(`${folder}/${name} `), one.why);
      assert.match(one.why, sentence);
    }
    for (const [name, , told] of READ) {
      const one = of(name);
      assert.ok("told" in one, "why" in one ? one.why : "");
      assert.match(one.told, told, name);
    }
    for (const [name] of UNLIKE) {
      const one = of(name);
      assert.ok("unusual" in one && one.unusual.length > 0, name);
    }
    const last = results.at(-1)!;
    assert.ok("unusual" in last);
    assert.deepEqual([last.told, last.unusual], ["as it is", []]);
  }));
