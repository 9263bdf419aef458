import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Affine,
  augment,
  compose,
  DOWNSAMPLE,
  FIXED_AUGMENTATIONS,
  NO_AUGMENTATION,
  prepare,
  viewMaps,
} from "../../lib/galaxy/transforms.ts";
import { referencePosition } from "../../lib/verify/reference/warp.ts";
import { assertAllClose } from "../assert.ts";

const apply = ([a, b, c, d, e, f]: Affine, [x, y]: [number, number]) => [
  a * x + b * y + c,
  d * x + e * y + f,
];
const SIX_DECIMALS = { absolute: 6e-7, relative: 0 };

const turned = { ...NO_AUGMENTATION, rotation: 30, zoom: 1.2, shiftX: 2, shiftY: -3 };
const flipped = { ...turned, flip: true };
/** Row 0 of the original's gen2 parameters of the training set. */
const preparation = { x: 211.927, y: 215.121, scale: 160 / (5.28 * 30.689) };

/** Of docs/augmentation.md §12: the map, then where (0, 0), (68, 0), (0, 68) and (34, 34) go. */
const CHECK_POINTS: [string, Affine, number[], number[]][] = [
  [
    "view 0, no augmentation",
    viewMaps(NO_AUGMENTATION)[0],
    [3, 0, 109.5, 0, 3, 109.5],
    [109.5, 109.5, 313.5, 109.5, 109.5, 313.5, 211.5, 211.5],
  ],
  [
    "view 45, no augmentation",
    viewMaps(NO_AUGMENTATION)[1],
    [2.12132, -2.12132, 211.5, 2.12132, 2.12132, 67.250217],
    [211.5, 67.250217, 355.749783, 211.5, 67.250217, 211.5, 211.5, 211.5],
  ],
  [
    "view 0, turned by 30°, zoomed and shifted",
    viewMaps(turned)[0],
    [2.165064, -1.25, 182.387841, 1.25, 2.165064, 92.387841],
    [182.387841, 92.387841, 329.612159, 177.387841, 97.387841, 239.612159, 213.5, 208.5],
  ],
  [
    "the same, flipped",
    viewMaps(flipped)[0],
    [-2.165064, -1.25, 329.612159, -1.25, 2.165064, 177.387841],
    [329.612159, 177.387841, 182.387841, 92.387841, 244.612159, 324.612159, 213.5, 208.5],
  ],
  [
    "the same, flipped, view 45",
    viewMaps(flipped)[1],
    [-2.414815, 0.647048, 273.604076, 0.647048, 2.414815, 104.396686],
    [273.604076, 104.396686, 109.396686, 148.395924, 317.603314, 268.604076, 213.5, 208.5],
  ],
  [
    "view 0, prepared, no augmentation",
    viewMaps(NO_AUGMENTATION, preparation)[0],
    [3.038211, 0, 108.627826, 0, 3.038211, 111.821826],
    [108.627826, 111.821826, 315.226174, 111.821826, 108.627826, 318.420174, 211.927, 215.121],
  ],
  [
    "view 0, prepared, turned by 30°, zoomed and shifted",
    viewMaps(turned, preparation)[0],
    [2.19264, -1.265921, 182.444039, 1.265921, 2.19264, 94.491709],
    [
      182.444039,
      94.491709,
      331.543554,
      180.574354,
      96.361394,
      243.591224,
      213.952474,
      212.082789,
    ],
  ],
];

for (const [name, map, rows, points] of CHECK_POINTS) {
  Deno.test(`The map agrees with docs/augmentation.md §12: ${name}`, () => {
    assertAllClose(map, rows, SIX_DECIMALS, "map");
    const corners: [number, number][] = [[0, 0], [68, 0], [0, 68], [34, 34]];
    assertAllClose(corners.flatMap((corner) => apply(map, corner)), points, SIX_DECIMALS, "point");
  });
}

Deno.test("Downsampling, then a flipped augmentation agrees with docs/augmentation.md §4", () => {
  const map = compose(
    DOWNSAMPLE,
    augment({ ...NO_AUGMENTATION, zoom: 1.2, rotation: 36, flip: true }),
  );
  const expected = [-2.02254249, -1.46946313, 330.22819097, -1.46946313, 2.02254249, 192.69530192];
  assertAllClose(map, expected, { absolute: 6e-9, relative: 0 });
});

Deno.test("A composed map is one map after the other", () => {
  const first: Affine = [1, 2, 3, 4, 5, 6];
  const second: Affine = [-2, 0.5, 1, 3, -1, 7];
  assert.deepEqual(
    apply(compose(first, second), [10, -20]),
    apply(second, apply(first, [10, -20]) as [number, number]),
  );
});

Deno.test("Any view of any augmentation follows the formula of docs/augmentation.md §4", () => {
  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const look = fc.record({
    flip: fc.boolean(),
    rotation: number(-720, 720),
    zoom: number(0.5, 2),
    shiftX: number(-50, 50),
    shiftY: number(-50, 50),
  });
  const prepared = fc.option(
    fc.record({ x: number(0, 423), y: number(0, 423), scale: number(0.5, 2) }),
    { nil: undefined },
  );
  fc.assert(fc.property(look, prepared, fc.nat(68), fc.nat(68), (look, prepared, x, y) => {
    viewMaps(look, prepared).forEach((map, view) =>
      assertAllClose(
        apply(map, [x, y]),
        referencePosition(view, look, x, y, prepared),
        { absolute: 1e-9, relative: 0 },
      )
    );
  }));
});

Deno.test("The second view is the first one of a galaxy turned by 45°", () => {
  for (const rotation of [0, 72]) {
    const second = viewMaps({ ...NO_AUGMENTATION, rotation })[1];
    const first = viewMaps({ ...NO_AUGMENTATION, rotation: rotation + 45 })[0];
    assertAllClose(second, first, { absolute: 1e-10, relative: 0 });
  }
});

Deno.test("A preparation keeps the measured centre in the middle", () => {
  assertAllClose(apply(prepare({ x: 200, y: 230, scale: 1.4 }), [211.5, 211.5]), [200, 230], {
    absolute: 1e-10,
    relative: 0,
  });
});

Deno.test("The sixty transforms are nested as zoom, rotation, flip", () => {
  assert.equal(FIXED_AUGMENTATIONS.length, 60);
  [1 / 1.2, 1, 1.2].forEach((zoom, z) => {
    for (let tenth = 0; tenth < 10; tenth++) {
      [false, true].forEach((flip, f) => {
        assert.deepEqual(
          FIXED_AUGMENTATIONS[20 * z + 2 * tenth + f],
          { zoom, rotation: 36 * tenth, flip, shiftX: 0, shiftY: 0 },
        );
      });
    }
  });
  assert.deepEqual(FIXED_AUGMENTATIONS[20], NO_AUGMENTATION);
});
