import assert from "node:assert/strict";
import { decodeJpeg } from "../../../lib/data/jpeg/decode.ts";
import { IMAGE_BYTES, warpViews } from "../../../lib/data/views/warp.ts";
import { colourOffset, drawPerturbation } from "../../../lib/galaxy/perturbation.ts";
import { IMAGE_FLOATS, NO_AUGMENTATION, viewMaps } from "../../../lib/galaxy/transforms.ts";
import { Random } from "../../../lib/random.ts";
import { assertAllClose } from "../../assert.ts";
import { referenceViews } from "../../../lib/verify/reference/warp.ts";
import { sharedPath, sharedTest } from "../../shared.ts";

const random = new Random(5, "test");
const noise = new Uint8Array(IMAGE_BYTES).map(() => random.below(256));
const FLOAT32 = { absolute: 1e-7, relative: 0 };

function views(
  ...[rgb, look, { preparation, colour } = {}]: Parameters<typeof referenceViews>
): Float32Array {
  const target = new Float32Array(IMAGE_FLOATS);
  warpViews(rgb, viewMaps(look, preparation), target, 0, colour as [number, number, number]);
  return target;
}

Deno.test("Random views inside the image agree with the slow reference", () => {
  for (let image = 0; image < 8; image++) {
    const look = drawPerturbation(new Random(11, "perturbation", 0, image));
    const colour = colourOffset(look.colour);
    assertAllClose(
      views(noise, look, { colour }),
      referenceViews(noise, look, { colour }),
      FLOAT32,
      `image ${image}`,
    );
  }
});

Deno.test("Views that leave the image are mirrored at its borders, however far they reach", () => {
  // Rounding of positions far away moves samples of noise a little.
  const far = { absolute: 1e-6, relative: 0 };
  const places = [
    { x: 60, y: 380, scale: 0.7 },
    { x: -900, y: 2500, scale: 1 },
    { x: 211.5, y: 211.5, scale: 0.05 },
    { x: -5e4, y: 5e4, scale: 1.3 },
  ];
  places.forEach((preparation, index) => {
    const look = drawPerturbation(new Random(12, "perturbation", 0, index));
    assertAllClose(
      views(noise, look, { preparation }),
      referenceViews(noise, look, { preparation }),
      far,
      `place ${index}`,
    );
  });
});

Deno.test("A view that ends exactly on the border pixels reads nothing beyond them", () => {
  for (const corner of [102, 423 - 102]) {
    const preparation = { x: corner, y: corner, scale: 1 };
    assertAllClose(
      views(noise, NO_AUGMENTATION, { preparation }).subarray(0, IMAGE_FLOATS / 2),
      referenceViews(noise, NO_AUGMENTATION, { preparation }).subarray(0, IMAGE_FLOATS / 2),
      FLOAT32,
    );
  }
});

Deno.test("Without augmentation a pixel is the mean of four neighbours out of nine", () => {
  const upright = views(noise, NO_AUGMENTATION);
  for (const [channel, row, column] of [[0, 0, 0], [1, 34, 10], [2, 68, 68]]) {
    const at = (r: number, c: number) =>
      noise[3 * ((3 * row + r) * 424 + 3 * column + c) + channel];
    const mean = (at(109, 109) + at(109, 110) + at(110, 109) + at(110, 110)) / 4 / 255;
    assert.equal(upright[(channel * 69 + row) * 69 + column], Math.fround(mean));
  }
});

Deno.test("Colours are clipped to [0, 1] only where a colour change is given", () => {
  const white = new Uint8Array(IMAGE_BYTES).fill(255);
  const brighter = views(white, NO_AUGMENTATION, { colour: [0.1, 0, -0.1] });
  assert.equal(Math.max(...brighter), 1);
  assertAllClose([brighter[2 * 69 * 69], brighter[5 * 69 * 69]], [0.9, 0.9], FLOAT32);
  const darker = views(new Uint8Array(IMAGE_BYTES), NO_AUGMENTATION, { colour: [-1, -1, -1] });
  assert.ok(darker.every((value) => value === 0));
});

Deno.test("Views are written at the offset and nowhere else", () => {
  const target = new Float32Array(3 * IMAGE_FLOATS).fill(-1);
  warpViews(noise, viewMaps(NO_AUGMENTATION), target, IMAGE_FLOATS);
  assert.deepEqual(
    target.subarray(IMAGE_FLOATS, 2 * IMAGE_FLOATS),
    views(noise, NO_AUGMENTATION),
  );
  assert.ok(target.subarray(0, IMAGE_FLOATS).every((value) => value === -1));
  assert.ok(target.subarray(2 * IMAGE_FLOATS).every((value) => value === -1));
});

const GALAXY = "galaxy-zoo/raw/images_training_rev1/100023.jpg";
sharedTest("A turned and flipped real galaxy agrees with the slow reference", GALAXY, async () => {
  const { rgb } = await decodeJpeg(Deno.readFileSync(sharedPath(GALAXY)), GALAXY);
  const look = { flip: true, rotation: 252, zoom: 1 / 1.2, shiftX: 3.5, shiftY: -4 };
  assertAllClose(views(rgb, look), referenceViews(rgb, look), FLOAT32);
});
