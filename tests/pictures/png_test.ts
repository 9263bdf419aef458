import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { decodePicture } from "../../lib/pictures/decode.ts";
import { Random } from "../../lib/random.ts";
import { encode } from "imagescript/png";
import { encodePng, exif, joined, pngChunk, type PngOptions } from "./files.ts";

const [WIDTH, HEIGHT] = [45, 39];
const KINDS = [[0, 1], [0, 2], [0, 4], [0, 8], [0, 16], [2, 8], [2, 16], [4, 8], [4, 16], [6, 8], [
  6,
  16,
]] as const;
const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

function samplesOf(type: PngOptions["type"], depth: number): Uint16Array {
  const random = new Random(depth, "test", type);
  const next = () => random.below(2 ** depth);
  return Uint16Array.from({ length: WIDTH * HEIGHT * SAMPLES[type] }, next);
}

const picture = (bytes: Uint8Array) => decodePicture(bytes, "m51.png");

async function refused(bytes: Uint8Array, sentence: RegExp) {
  await assert.rejects(picture(bytes), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, sentence);
    return true;
  });
}

Deno.test("PNGs of every depth, with every filter, show what they hold, on black", async () => {
  for (const [type, depth] of KINDS) {
    const samples = samplesOf(type, depth);
    for (const filter of [undefined, 0, 1, 2, 3, 4]) {
      const options = {
        width: WIDTH,
        height: HEIGHT,
        depth,
        type,
        ...(filter === undefined ? {} : { filter }),
      };
      const { pixels, width, height, kind } = await picture(encodePng(samples, options));
      assert.deepEqual([width, height, kind], [WIDTH, HEIGHT, "PNG"]);
      const most = 2 ** depth - 1;
      const count = SAMPLES[type];
      const expected = Array.from({ length: 3 * WIDTH * HEIGHT }, (_, k) => {
        const at = Math.floor(k / 3) * count;
        const opacity = type >= 4 ? samples[at + count - 1] / most : 1;
        return Math.round(255 * opacity * samples[at + (count >= 3 ? k % 3 : 0)] / most);
      });
      const worst = Math.max(...expected.map((value, k) => Math.abs(value - pixels[k])));
      assert.ok(worst <= 1, `type ${type}, ${depth} bits, filter ${filter}: off by ${worst}`);
    }
  }
});

Deno.test("What was done to a PNG is told", async () => {
  const told = async (type: PngOptions["type"], depth: PngOptions["depth"]) =>
    (await picture(
      encodePng(samplesOf(type, depth), { width: WIDTH, height: HEIGHT, depth, type }),
    ))
      .notes;
  assert.deepEqual(await told(2, 8), []);
  assert.deepEqual(await told(0, 8), ["greyscale"]);
  assert.deepEqual(await told(2, 16), ["16 bits per colour reduced to 8"]);
  assert.deepEqual(await told(6, 16), [
    "16 bits per colour reduced to 8",
    "transparent parts (100 %) shown on black",
  ]);
});

Deno.test("imagescript's own PNG, 8 bits of RGB, decodes to what it was made from", async () => {
  const rgb = Uint8Array.from(samplesOf(2, 8));
  const file = encode(rgb, { width: WIDTH, height: HEIGHT, channels: 3, level: 6 });
  assert.deepEqual((await picture(file)).pixels, rgb);
});

Deno.test("Palettes give their colours, and their transparent entries are black", async () => {
  for (const depth of [1, 2, 4, 8] as const) {
    const samples = samplesOf(3, depth);
    const palette = Uint8Array.from({ length: 3 * 2 ** depth }, (_, k) => (k * 37) % 256);
    const file = encodePng(samples, {
      ...{ width: WIDTH, height: HEIGHT, depth, type: 3 },
      chunks: [["PLTE", palette], ["tRNS", Uint8Array.of(255, 0)]],
    });
    const { pixels, notes } = await picture(file);
    samples.forEach((entry, pixel) => {
      const colour = entry === 1 ? [0, 0, 0] : [...palette.subarray(3 * entry, 3 * entry + 3)];
      assert.deepEqual([...pixels.subarray(3 * pixel, 3 * pixel + 3)], colour);
    });
    assert.match(notes.join(), /^transparent parts \(\d+(\.\d+)? %\) shown on black$/);
  }
});

Deno.test("An interlaced PNG shows the same as one that is not", async () => {
  for (const name of ["rgb", "grey16", "bits"]) {
    const read = (file: string) =>
      picture(Deno.readFileSync(new URL(`files/${file}.png`, import.meta.url)));
    const [plain, interlaced] = [await read(name), await read(`${name}_interlaced`)];
    assert.deepEqual(interlaced, plain);
    assert.ok(new Set(plain.pixels).size > 1);
  }
});

Deno.test("One colour may be transparent; an animation shows its first picture; EXIF turns", async () => {
  const samples = new Uint16Array(3 * 40 * 36).map((_, k) => k < 120 ? [9, 8, 7][k % 3] : 200);
  const options: PngOptions = { width: 40, height: 36, depth: 8, type: 2 };
  const file = encodePng(samples, {
    ...options,
    chunks: [
      ["tRNS", Uint8Array.of(0, 9, 0, 8, 0, 7)],
      ["acTL", new Uint8Array(8)],
      ["eXIf", exif(6)],
    ],
  });
  const { width, height, pixels, notes } = await picture(file);
  assert.deepEqual([width, height], [36, 40]);
  // The first row, black now, is the last column.
  assert.deepEqual([...pixels.subarray(102, 108)], [200, 200, 200, 0, 0, 0]);
  assert.deepEqual(notes, [
    "transparent parts (2.8 %) shown on black",
    "animated: its first picture",
    "turned upright (EXIF orientation 6)",
  ]);
});

const whole = encodePng(samplesOf(2, 8), { width: WIDTH, height: HEIGHT, depth: 8, type: 2 });

Deno.test("A PNG that is cut anywhere is noticed", async () => {
  for (let length = 8; length < whole.length; length += 97) {
    await refused(whole.subarray(0, length), /^m51\.png is truncated after \d+ bytes\. Fetch it/);
  }
});

Deno.test("A changed byte anywhere is noticed, in data, sizes and names of chunks", async () => {
  const random = new Random(1, "test");
  for (let k = 0; k < 200; k++) {
    const bytes = whole.slice();
    bytes[8 + random.below(bytes.length - 8)] ^= 1 + random.below(255);
    await refused(bytes, /^m51\.png is (damaged: .*|truncated after \d+ bytes)\. Fetch it again$/);
  }
});

Deno.test("Data that end early, are no zlib, or have unknown filters are damaged", async () => {
  const start = whole.subarray(0, 8 + 25);
  const end = pngChunk("IEND", new Uint8Array());
  const withData = (data: Uint8Array) => joined([start, pngChunk("IDAT", data), end]);
  await refused(withData(Uint8Array.of(1, 2, 3)), /its image data cannot be unpacked/);
  await refused(joined([start, end]), /it has no image data/);
  const small = encodePng(samplesOf(2, 8), { width: WIDTH, height: 33, depth: 8, type: 2 });
  const header = joined([small.subarray(0, 8), start.subarray(8)]);
  await refused(joined([header, small.subarray(8 + 25)]), /its image data cannot be unpacked/);
  const filters = encodePng(new Uint8Array(1024), {
    width: 32,
    height: 32,
    depth: 8,
    type: 0,
    filter: 0,
  });
  assert.ok(await picture(filters));
  const palette = encodePng(new Uint8Array(1024), { width: 32, height: 32, depth: 8, type: 3 });
  await refused(palette, /its palette is missing/);
});

Deno.test("A PNG of 30,000 × 30,000 is refused by its header; a bomb in a small one stops early", async () => {
  const sized = (width: number, height: number, packed: Uint8Array) => {
    const header = new Uint8Array(13);
    new DataView(header.buffer).setUint32(0, width);
    new DataView(header.buffer).setUint32(4, height);
    header.set([8, 2], 8);
    const chunks = [["IHDR", header], ["IDAT", packed], ["IEND", new Uint8Array()]] as const;
    return joined([whole.subarray(0, 8), ...chunks.map(([type, data]) => pngChunk(type, data))]);
  };
  await refused(sized(30_000, 30_000, Uint8Array.of(1)), /900 megapixels, of which at most 100/);
  const zeros = new Blob([new Uint8Array(2 ** 24)]).stream()
    .pipeThrough(new CompressionStream("deflate"));
  const bomb = new Uint8Array(await new Response(zeros).arrayBuffer());
  const { pixels } = await picture(sized(32, 32, bomb));
  assert.deepEqual(pixels, new Uint8Array(3 * 32 * 32));
});
