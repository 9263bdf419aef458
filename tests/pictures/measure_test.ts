import assert from "node:assert/strict";
import { findSourceExtractor } from "../../lib/data/sextractor/program.ts";
import { decodePicture } from "../../lib/pictures/decode.ts";
import { FRAME_RADIUS } from "../../lib/pictures/fit.ts";
import { framePicture } from "../../lib/pictures/frame.ts";
import { measureGalaxy } from "../../lib/pictures/measure.ts";
import { growth, petrosianRadius, radiusOfShare, within } from "../../lib/pictures/profile.ts";
import { sigmaClipped, skyColour } from "../../lib/pictures/sky.ts";
import { sourceExtractor } from "../../lib/pictures/source_extractor.ts";
import { UserError } from "../../lib/errors.ts";
import { Random } from "../../lib/random.ts";
import { sharedPath, sharedTest } from "../shared.ts";
import { embed } from "./embed.ts";
import { draw, galaxy, SIZE, SKY, SKY_NOISE } from "./scenes.ts";

const close = (a: number, b: number, most: number, what: string) =>
  assert.ok(Math.abs(a - b) <= most, `${what}: ${a}, expected ${b} ± ${most}`);

Deno.test("The sky's median and deviation do not notice stars", () => {
  const random = new Random(1, "test");
  const values = Float32Array.from({ length: 5000 }, (_, k) => k % 10 ? random.normal(20, 3) : 200);
  values.fill(NaN, 0, 5);
  const { median, deviation } = sigmaClipped(values);
  close(median, 20, 0.2, "median");
  close(deviation, 3, 0.2, "deviation");
  assert.deepEqual(sigmaClipped(new Float32Array()), { median: 0, deviation: 0 });
  assert.deepEqual(sigmaClipped(new Float32Array(9).fill(7)), { median: 7, deviation: 0 });
});

Deno.test("The sky of a picture is taken from its border, in three colours", () => {
  const pixels = draw(
    (x, y) => Math.hypot(x - 100, y - 60) < 55 ? [200, 200, 200] : [9, 6, 3],
    1,
    200,
    120,
  );
  assert.deepEqual(skyColour(pixels, 200, 120).map(({ median }) => median), [9, 6, 3]);
});

Deno.test("The Petrosian radius and the circles of an exponential disk are those of theory", () => {
  const size = 401;
  const scale = 12;
  const light = (at: number) =>
    Math.exp(-Math.hypot(at % size - 200.3, Math.floor(at / size) - 199.6) / scale);
  const flux = growth(
    { width: size, height: size, values: new Float32Array() },
    light,
    200.3,
    199.6,
    190,
  );
  const total = 2 * Math.PI * scale ** 2;
  for (const radius of [5.5, 20, 60]) {
    const x = radius / scale;
    close(within(flux, radius) / total, 1 - (1 + x) * Math.exp(-x), 0.01, `light within ${radius}`);
  }
  // An exponential disk fades to a fifth of its mean at 3.6 scale lengths; 99.4 % are within twice that.
  const petrosian = petrosianRadius(flux);
  close(petrosian / scale, 3.62, 0.1, "Petrosian radius");
  close(radiusOfShare(flux, petrosian, 0.5) / scale, 1.67, 0.03, "R50");
  close(radiusOfShare(flux, petrosian, 0.9) / scale, 3.84, 0.08, "R90");
});

Deno.test("A galaxy is found where it is; a star on it and others beside it move nothing", () => {
  const plain = galaxy(60, { x: 230, y: 190 });
  const found = measureGalaxy(plain, SIZE, SIZE)!;
  close(found.x, 230, 1, "x");
  close(found.y, 190, 1, "y");
  assert.equal(found.others, 0);
  const crowded = plain.slice();
  for (const [x, y] of [[255, 215], [100, 90], [330, 300], [60, 380]]) {
    for (let at = 0; at < SIZE * SIZE; at++) {
      const distance2 = (at % SIZE - x) ** 2 + (Math.floor(at / SIZE) - y) ** 2;
      const star = (x === 255 ? 120 : 250) * Math.exp(-distance2 / 18);
      for (let k = 0; k < 3; k++) {
        crowded[3 * at + k] = Math.min(255, crowded[3 * at + k] + star);
      }
    }
  }
  const again = measureGalaxy(crowded, SIZE, SIZE)!;
  close(again.x, found.x, 1.5, "x among stars");
  close(again.y, found.y, 1.5, "y among stars");
  close(again.radius / found.radius, 1, 0.08, "R90 among stars");
  assert.equal(again.others, 3);
});

Deno.test("Sizes are in proportion, and turned pictures are measured alike", () => {
  const radius = (pixels: Uint8Array) => measureGalaxy(pixels, SIZE, SIZE)!.radius;
  close(radius(galaxy(60)) / radius(galaxy(40)), 1.5, 0.12, "sizes");
  const pixels = galaxy(50, { x: 215, y: 200 });
  const turned = pixels.map((_, k) => pixels[pixels.length - 3 - k + 2 * (k % 3)]);
  close(radius(turned) / radius(pixels), 1, 0.02, "turned");
});

Deno.test("There is no galaxy in noise, and none in an even picture", () => {
  assert.equal(measureGalaxy(draw(() => SKY, SKY_NOISE), SIZE, SIZE), undefined);
  assert.equal(measureGalaxy(new Uint8Array(3 * SIZE * SIZE).fill(255), SIZE, SIZE), undefined);
});

const FOLDER = "galaxy-zoo/real/images_training_rev1";

/** Every so many of the real galaxies. */
async function realGalaxies(count: number): Promise<Uint8Array[]> {
  const folder = sharedPath(FOLDER);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  const chosen = names.filter((_, k) => k % Math.floor(names.length / count) === 0).slice(0, count);
  const pictures = [];
  for (const name of chosen) {
    pictures.push(await decodePicture(await Deno.readFile(`${folder}/${name}`), name));
  }
  return pictures.map(({ pixels }) => pixels);
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

sharedTest("Galaxy Zoo's galaxies measure what they were scaled to", FOLDER, async () => {
  const radii = (await realGalaxies(60)).map((pixels) =>
    measureGalaxy(pixels, SIZE, SIZE)?.radius ?? 0
  );
  close(median(radii), FRAME_RADIUS, 3, "median R90");
  const near = radii.filter((radius) => Math.abs(Math.log(radius / FRAME_RADIUS)) < Math.log(1.3));
  assert.ok(near.length >= 0.85 * radii.length, `${near.length} of ${radii.length} within 30 %`);
});

sharedTest(
  "Real galaxies in pictures of other sizes come back to the middle and size",
  FOLDER,
  async () => {
    const random = new Random(2, "test");
    const errors = (await realGalaxies(12)).map((pixels) => {
      const place = { width: 200, height: 150, factor: 0.35, x: 110, y: 66 };
      const framed = framePicture(embed(pixels, place, random), { kind: "fit" });
      // The galaxies of Galaxy Zoo are not exactly in the middle themselves.
      const off = Math.hypot(framed.centre.x - place.x, framed.centre.y - place.y) * framed.scale;
      return { off, size: Math.abs(Math.log(framed.scale * place.factor)) };
    });
    assert.ok(median(errors.map(({ off }) => off)) < 6);
    assert.ok(median(errors.map(({ size }) => size)) < 0.15);
  },
);

const installed = await findSourceExtractor().then(() => true, (error) => {
  if (!(error instanceof UserError)) throw error;
  console.warn("SKIPPED, Source Extractor is not installed: Source Extractor measures the same");
  return false;
});

Deno.test({
  name: "Source Extractor measures the same, and finds nothing in an even sky",
  ignore: !installed,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const { measure } = await sourceExtractor(folder);
      const pixels = galaxy(60, { x: 225, y: 205 });
      const { x, y, radius } = measure(pixels)!;
      close(x, 225, 0.5, "x");
      close(y, 205, 0.5, "y");
      const own = measureGalaxy(pixels, SIZE, SIZE)!;
      close(radius / own.radius, 1, 0.25, "R90");
      assert.equal(measure(draw(() => SKY, 1)), undefined);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
