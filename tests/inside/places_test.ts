import assert from "node:assert/strict";
import { PART_SIZE, PARTS } from "../../lib/galaxy/parts.ts";
import { IMAGE_SIZE, NO_AUGMENTATION } from "../../lib/galaxy/transforms.ts";
import { inPicture, partPlaces, squareOf } from "../../lib/inside/places.ts";
import { fourViews, partsOf, viewsOf } from "../../lib/draw/galaxy.ts";

/** A picture whose red grows to the right and whose green grows downwards: it tells where one is. */
const RAMP = Uint8Array.from(
  { length: 3 * IMAGE_SIZE * IMAGE_SIZE },
  (_, at) => {
    const pixel = Math.floor(at / 3);
    const [x, y] = [pixel % IMAGE_SIZE, Math.floor(pixel / IMAGE_SIZE)];
    return [Math.round(x / 2), Math.round(y / 2), 0][at % 3];
  },
);

Deno.test("a part shows what the picture has at its place", () => {
  const parts = partsOf(viewsOf(RAMP));
  for (let part = 0; part < PARTS; part++) {
    const { values } = parts[part];
    for (const [i, j] of [[0, 0], [0, 44], [44, 0], [44, 44], [20, 31]]) {
      const [x, y] = inPicture(part, i, j);
      const at = i * PART_SIZE + j;
      const red = 255 * 2 * values[at];
      const green = 255 * 2 * values[PART_SIZE * PART_SIZE + at];
      assert.ok(Math.abs(red - x) < 1.1, `part ${part} (${i}, ${j}): ${red} at column ${x}`);
      assert.ok(Math.abs(green - y) < 1.1, `part ${part} (${i}, ${j}): ${green} at row ${y}`);
    }
  }
});

Deno.test("the parts of a view surround the middle, each from its corner", () => {
  const places = partPlaces();
  assert.equal(places.length, PARTS);
  assert.equal(fourViews(viewsOf(RAMP)).length, 4);
  for (const { part, view, corner, outline } of places) {
    assert.equal(part, 4 * view + corner);
    // The galaxy's middle is near the part's own bottom right.
    const middle = [(IMAGE_SIZE - 1) / 2, (IMAGE_SIZE - 1) / 2];
    const distances = outline.map(([x, y]) => Math.hypot(x - middle[0], y - middle[1]));
    assert.equal(distances.indexOf(Math.min(...distances)), 2, `part ${part}`);
  }
});

Deno.test("a look that is shifted shows another place", () => {
  const [x, y] = inPicture(0, 34, 34, { ...NO_AUGMENTATION, shiftX: 3, shiftY: -2 });
  const [plainX, plainY] = inPicture(0, 34, 34);
  assert.deepEqual([x - plainX, y - plainY], [3, -2]);
});

Deno.test("a part and its mirror image show the same square of the picture", () => {
  const places = partPlaces();
  const corners = (part: number) =>
    places[part].outline.map((point) => point.map((each) => each.toFixed(3)).join()).sort();
  for (const first of [0, 8]) {
    for (const plain of [0, 1, 2, 3]) {
      const mirrored = [4, 5, 6, 7].filter((part) => squareOf(first + part) === plain);
      assert.equal(mirrored.length, 1);
      assert.equal(squareOf(first + plain), plain);
      assert.deepEqual(corners(first + mirrored[0]), corners(first + plain));
    }
  }
});
