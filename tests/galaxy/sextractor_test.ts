import assert from "node:assert/strict";
import { centralObject, PARAMETER_KINDS, preparationOf } from "../../lib/galaxy/sextractor.ts";
import { NO_AUGMENTATION, viewMaps } from "../../lib/galaxy/transforms.ts";
import { assertAllClose } from "../assert.ts";

const { gen1, gen2 } = PARAMETER_KINDS;

/** Rows 0 of the original's training files (docs/workflow.md §1). */
const GEN2_ROW = [211.927, 215.121, 30.689, 25.627, 147.7, 5.28];
const GEN1_ROW = [211.995, 215.193, 25.957, 20.46, 141.4, 35.523, 4.47, 5.94, 72.3];

const scaleOf = (a: number, petroRadius: number) =>
  preparationOf([200, 220, a, 10, 0, petroRadius], gen2).scale;

Deno.test("The scale brings petro_radius · a to 160 pixels, in both kinds of rows", () => {
  assert.equal(scaleOf(40, 4), 1);
  assert.equal(scaleOf(32, 4), 1.25);
  assert.deepEqual(preparationOf(GEN2_ROW, gen2), {
    x: 211.927,
    y: 215.121,
    scale: 160 / (5.28 * 30.689),
  });
  assert.deepEqual(preparationOf(GEN1_ROW, gen1), {
    x: 211.995,
    y: 215.193,
    scale: 160 / (5.94 * 25.957),
  });
});

Deno.test("The scale stays within 1/1.5 and 1.5", () => {
  assert.equal(scaleOf(60, 4), 1 / 1.5);
  assert.equal(scaleOf(1000, 10), 1 / 1.5);
  assert.equal(scaleOf(20, 4), 1.5);
  assert.equal(scaleOf(0, 4), 1.5);
});

Deno.test("Without a detection the galaxy stays as it is", () => {
  for (const kind of [gen1, gen2]) {
    assert.deepEqual(preparationOf(centralObject([], kind), kind), {
      x: 211.5,
      y: 211.5,
      scale: 1,
    });
  }
  assert.equal(scaleOf(NaN, 5), 1);
  assert.equal(scaleOf(30, NaN), 1);
});

Deno.test("Row 0 of gen2 leads to the check points of docs/augmentation.md §12", () => {
  const preparation = preparationOf(GEN2_ROW, gen2);
  assertAllClose([preparation.scale], [0.987423], { absolute: 5e-7, relative: 0 });
  const plain = [3.038211, 0, 108.627826, 0, 3.038211, 111.821826];
  const turned = [2.19264, -1.265921, 182.444039, 1.265921, 2.19264, 94.491709];
  const look = { ...NO_AUGMENTATION, rotation: 30, zoom: 1.2, shiftX: 2, shiftY: -3 };
  const sixDecimals = { absolute: 6e-7, relative: 0 };
  assertAllClose(viewMaps(NO_AUGMENTATION, preparation)[0], plain, sixDecimals, "plain");
  assertAllClose(viewMaps(look, preparation)[0], turned, sixDecimals, "turned");
});

Deno.test("The central object is the largest one near the middle", () => {
  const choose = (...objects: number[][]) =>
    centralObject(objects.map((object) => [...object, 0, 5]), gen2).slice(0, 4);
  const small = [211, 212, 5, 5], large = [240, 190, 20, 10], huge = [400, 20, 60, 40];
  assert.deepEqual(choose(small, large, huge), large);
  assert.deepEqual(choose(huge, small), small);
  assert.deepEqual(choose(huge), huge);
  // 50 pixels away counts as exp(−1/2) of the area.
  assert.deepEqual(choose([261.5, 211.5, 16, 1], [211.5, 211.5, 10, 1]), [211.5, 211.5, 10, 1]);
  assert.deepEqual(choose([261.5, 211.5, 17, 1], [211.5, 211.5, 10, 1]), [261.5, 211.5, 17, 1]);
});

Deno.test("On ties the first object is chosen; without any, the middle of the image", () => {
  const left = [201.5, 211.5, 10, 5, 1, 5], right = [221.5, 211.5, 10, 5, 2, 5];
  assert.deepEqual(centralObject([left, right], gen2), left);
  assert.deepEqual(centralObject([right, left], gen2), right);
  assert.deepEqual(centralObject([], gen2), [211.5, 211.5, NaN, NaN, NaN, NaN]);
  assert.equal(centralObject([], gen1).length, 9);
});
