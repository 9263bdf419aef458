import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { decodePicture } from "../../lib/pictures/decode.ts";
import { readBands, readPicture } from "../../lib/pictures/read.ts";
import { Random } from "../../lib/random.ts";
import { encodeFitsUnits, fitsHeader, type FitsUnit, joined } from "./files.ts";

const [WIDTH, HEIGHT] = [60, 50];

/** A round galaxy in the upper left of a noisy sky; the bottom row first. */
function band(brightness: number, sky = 1000, noise = 4): Float32Array {
  const random = new Random(3, "test", brightness);
  return Float32Array.from({ length: WIDTH * HEIGHT }, (_, k) => {
    const [x, y] = [k % WIDTH, HEIGHT - 1 - Math.floor(k / WIDTH)];
    return sky + brightness * Math.exp(-Math.hypot(x - 20, y - 15) / 4) + random.normal(0, noise);
  });
}

const one = (values: ArrayLike<number>, more: Partial<FitsUnit> = {}): FitsUnit => ({
  ...{ bitpix: -32, axes: [WIDTH, HEIGHT], values },
  ...more,
});
const cube = (bands: ArrayLike<number>[], cards: FitsUnit["cards"] = {}): FitsUnit => ({
  ...{ bitpix: -32, axes: [WIDTH, HEIGHT, bands.length], cards },
  values: bands.flatMap((values) => Array.from(values)),
});

const read = (unit: FitsUnit, choice?: string) =>
  decodePicture(encodeFitsUnits([unit]), "m51.fits", choice);

async function refused(bytes: Uint8Array, sentence: RegExp, choice?: string) {
  await assert.rejects(decodePicture(bytes, "m51.fits", choice), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, sentence);
    return true;
  });
}

/** Mean of a colour about a place. */
function mean(pixels: Uint8Array, x: number, y: number, channel: number): number {
  let sum = 0;
  for (let k = 0; k < 25; k++) {
    sum += pixels[3 * ((y - 2 + Math.floor(k / 5)) * WIDTH + x - 2 + k % 5) + channel];
  }
  return sum / 25;
}

Deno.test("One band is grey, upright, with a galaxy on a dark sky", async () => {
  const { width, height, pixels, kind, notes } = await read(one(band(400)));
  assert.deepEqual([width, height, kind], [WIDTH, HEIGHT, "FITS"]);
  assert.ok(pixels.every((value, k) => value === pixels[k - k % 3]));
  assert.ok(mean(pixels, 20, 15, 0) > 90, "the galaxy is above, for FITS begins at the bottom");
  assert.ok(mean(pixels, 20, 34, 0) < 15);
  assert.equal(notes[0], "one band: greyscale");
  assert.match(notes[1], /^asinh stretch, the sky's noise as in SDSS pictures$/);
});

Deno.test("Sky, scale and type of the numbers do not matter to a picture", async () => {
  const { pixels } = await read(one(band(400, 0)));
  const other = await read(one(band(400, 0).map((value) => 1e-9 * (value - 5))));
  const integers = await read(
    one(band(400, 0).map((value) => Math.round(100 * value)), { bitpix: 32 }),
  );
  for (const { pixels: same } of [other, integers]) {
    assert.ok(same.every((value, k) => Math.abs(value - pixels[k]) <= 1));
  }
});

Deno.test("The brightness follows Lupton's asinh: linear in the sky, a logarithm above", async () => {
  // A ramp of light in units of the sky's noise, which makes 5 grey levels.
  const random = new Random(4, "test");
  const light = Float32Array.from({ length: WIDTH * HEIGHT }, (_, k) => {
    const inside = k % WIDTH >= 16 && k % WIDTH < 44 && k / WIDTH >= 13 && k / WIDTH < 37;
    return inside ? 2 ** Math.floor((k % WIDTH - 16) / 4) * 10 : random.normal(0, 1);
  });
  const { pixels } = await read(one(light));
  const noise = deviation(Array.from({ length: 3 * WIDTH }, (_, k) => light[k]));
  for (let step = 0; step < 7; step++) {
    const expected = 3 + 255 / 8 * Math.asinh(8 / 255 * 5 * 10 * 2 ** step / noise);
    assert.ok(Math.abs(pixels[3 * (25 * WIDTH + 17 + 4 * step)] - expected) < 0.07 * expected);
  }
});

function deviation(values: number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

Deno.test("Colours stay the same from the faint to the bright, and where they would be too bright", async () => {
  const cards = { BUNIT: "nanomaggy" };
  const { pixels, notes } = await read(cube([band(3000), band(1000), band(300)], cards));
  const ratio = (x: number) => (mean(pixels, x, 15, 0) - 3) / (mean(pixels, x, 15, 1) - 3);
  // i and r are shown as 1 : 1.5.
  for (const x of [20, 26, 32]) assert.ok(Math.abs(ratio(x) - 2) < 0.25, `${x}: ${ratio(x)}`);
  assert.equal(notes[0], "its three planes as red, green, blue");
  assert.ok(!notes.join().includes("usual"));
});

Deno.test("Bands without a common unit make a galaxy of a usual colour", async () => {
  const scaled = band(300).map((value) => 50 * value);
  const { pixels, notes } = await read(cube([band(3000), band(1000), scaled]));
  const [red, green, blue] = [0, 1, 2].map((k) => mean(pixels, 20, 15, k));
  assert.ok(red > green && green > blue && blue > 0.6 * green);
  assert.ok(notes.includes("bands without a common unit: given a usual galaxy's colour"));
});

Deno.test("Planes with names are ordered by them: the Legacy Surveys' cutouts are g, r, z", async () => {
  const planes = [band(300), band(1000), band(3000)];
  const expected = await read(cube(planes.toReversed()));
  for (
    const cards of [{ BANDS: "grz" }, { BANDS: "g,r,z" }, { BAND0: "g", BAND1: "r", BAND2: "z" }]
  ) {
    const { pixels, notes } = await read(cube(planes, cards));
    assert.deepEqual(pixels, expected.pixels);
    assert.equal(notes[0], "bands z, r, g as red, green, blue");
  }
  const four = await read(cube([...planes, band(1)], { BANDS: "grzu" }));
  assert.equal(four.notes[0], "bands z, r, g as red, green, blue");
});

Deno.test("Cubes of other planes and images of more axes are refused, axes of one pixel are none", async () => {
  await refused(
    encodeFitsUnits([cube([band(1), band(2)])]),
    /an image of 2 planes, one or three are/,
  );
  const axes = [WIDTH, HEIGHT, 1, 1];
  assert.equal((await read(one(band(400), { axes }))).width, WIDTH);
  await refused(
    encodeFitsUnits([one([...band(1), ...band(2)], { axes: [WIDTH, HEIGHT, 1, 2] })]),
    /has an image with 4 axes \(60×50×1×2\), at most three are read/,
  );
});

Deno.test("Pixels without a value become sky, and how many there were is told", async () => {
  const values = band(400);
  values.fill(NaN, 200, 230);
  const { pixels, notes } = await read(one(values));
  assert.equal(notes[0], "30 pixels (1 %) without a value shown as sky");
  assert.ok(pixels.every((value) => value >= 0));
  assert.equal(pixels[3 * (46 * WIDTH + 25)], 3);
  await refused(
    encodeFitsUnits([one(values.fill(NaN))]),
    /no values in its image: all of its pixels/,
  );
});

Deno.test("Bytes are a picture already", async () => {
  const values = Uint8Array.from({ length: 3 * WIDTH * HEIGHT }, (_, k) => k % 251);
  const { pixels, notes } = await read(one(values, { bitpix: 8, axes: [WIDTH, HEIGHT, 3] }));
  const last = WIDTH * (HEIGHT - 1);
  assert.deepEqual(
    [...pixels.subarray(0, 3)],
    [0, 1, 2].map((k) => (k * WIDTH * HEIGHT + last) % 251),
  );
  assert.equal(notes.at(-1), "bytes, shown as they are");
});

Deno.test("Of several images the first is taken and told; number or name choose another", async () => {
  const file = encodeFitsUnits([
    { bitpix: 8, axes: [], values: [] },
    one(band(400), { cards: { EXTNAME: "SCI" } }),
    one(band(40), { cards: { EXTNAME: "ERR" } }),
  ]);
  const first = await decodePicture(file, "m51.fits");
  assert.equal(first.notes[0], 'image [1] "SCI" (60×50) of 2 images in the file');
  assert.deepEqual((await decodePicture(file, "m51.fits", "sci")).pixels, first.pixels);
  const second = await decodePicture(file, "m51.fits", "2");
  assert.equal(second.notes[0], 'image [2] "ERR" (60×50) of 2 images in the file');
  await refused(
    file,
    /^m51\.fits has no unit "7": it has an empty unit \[0\], image \[1\] "SCI"/,
    "7",
  );
  await refused(file, /^m51\.fits: an empty unit \[0\] is no image; it has/, "0");
});

Deno.test("A file packed by fpack or without an image says so", async () => {
  const empty = encodeFitsUnits([{ bitpix: 8, axes: [], values: [] }]);
  const table = {
    ...{ XTENSION: "BINTABLE", BITPIX: 8, NAXIS: 2, NAXIS1: 8, NAXIS2: 0, PCOUNT: 0, GCOUNT: 1 },
  };
  const packed = fitsHeader({ ...table, ZIMAGE: true, ZNAXIS: 2, ZNAXIS1: 300, ZNAXIS2: 200 });
  await refused(
    joined([empty, packed]),
    /is compressed by fpack \(compressed image \[1\] \(300×200\)\)\. Unpack it first: funpack m51/,
  );
  await refused(
    joined([empty, fitsHeader(table)]),
    /holds no image: it has an empty unit \[0\], table \[1\]$/,
  );
});

Deno.test("Tiny and huge images are refused by their headers", async () => {
  const header = (width: number) => ({
    SIMPLE: true,
    BITPIX: 8,
    NAXIS: 2,
    NAXIS1: width,
    NAXIS2: 20_000,
  });
  await refused(fitsHeader(header(20)), /is 20×20000 pixels, at least 32×32/);
  await refused(fitsHeader(header(20_000)), /400 megapixels, of which at most 100 are read/);
  await refused(
    fitsHeader(header(100)),
    /is truncated after 2880 bytes: its image ends at 2002880/,
  );
});

async function gzipped(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const packed = stream.pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

Deno.test("A file packed with gzip is unpacked; a damaged one and another picture are refused", async () => {
  const file = encodeFitsUnits([one(band(400))]);
  const packed = await gzipped(file);
  assert.deepEqual(
    await decodePicture(packed, "m51.fits.gz"),
    await decodePicture(file, "m51.fits"),
  );
  await refused(
    packed.subarray(0, packed.length >> 1),
    /is damaged: it cannot be unpacked\. Fetch/,
  );
  await refused(await gzipped(Uint8Array.of(0xff, 0xd8, 0xff)), /holds a picture packed with gzip/);
  await refused(
    await gzipped(new TextEncoder().encode("x")),
    /unpacked, is not a picture: it is a t/,
  );
});

Deno.test("Names choose images in files, and three files of bands make a colour picture", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = (name: string) => `${folder}/${name}`;
    const planes = [band(3000), band(1000), band(300)];
    await Deno.writeFile(path("cube.fits"), encodeFitsUnits([cube(planes)]));
    for (const [k, name] of ["i", "r", "g"].entries()) {
      await Deno.writeFile(path(`${name}.fits`), encodeFitsUnits([one(planes[k]), one(band(1))]));
    }
    await Deno.writeFile(path("odd[1].fits"), encodeFitsUnits([one(planes[0])]));
    const expected = await readPicture(path("cube.fits"));
    const bands = await readBands([path("i.fits"), path("r.fits[0]"), path("g.fits")]);
    assert.deepEqual(bands.pixels, expected.pixels);
    assert.match(bands.notes[0], /^red: .*i\.fits, green: .*r\.fits\[0\], blue: .*g\.fits$/);
    assert.notDeepEqual(
      (await readPicture(path("i.fits[1]"))).pixels,
      (await readPicture(path("i.fits"))).pixels,
    );
    assert.equal((await readPicture(path("odd[1].fits"))).width, WIDTH);
    const small = encodeFitsUnits([one(new Float32Array(40 * 40), { axes: [40, 40] })]);
    await Deno.writeFile(path("small.fits"), small);
    await assert.rejects(
      readBands([path("i.fits"), path("r.fits"), path("small.fits")]),
      /small\.fits is 40×40 pixels, .*i\.fits 60×50: bands have to show the same part of the sky/,
    );
    await assert.rejects(
      readBands([path("cube.fits"), path("r.fits"), path("g.fits")]),
      /cube\.fits has 3 planes, expected one band/,
    );
    await assert.rejects(
      readPicture(path("no.fits[1]")),
      /no\.fits cannot be read: there is no such/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
