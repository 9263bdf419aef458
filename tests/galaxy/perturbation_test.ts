import assert from "node:assert/strict";
import { colourOffset, drawPerturbation } from "../../lib/galaxy/perturbation.ts";
import { Random } from "../../lib/random.ts";
import { assertAllClose } from "../assert.ts";

const draws = Array.from(
  { length: 20_000 },
  (_, image) => drawPerturbation(new Random(7, "perturbation", 3, image)),
);
const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

Deno.test("Perturbations stay in their ranges and fill them evenly", () => {
  const ranges = {
    shiftX: draws.map((d) => d.shiftX / 4),
    shiftY: draws.map((d) => d.shiftY / 4),
    rotation: draws.map((d) => d.rotation / 180 - 1),
    zoom: draws.map((d) => Math.log(d.zoom) / Math.log(1.3)),
  };
  for (const [name, values] of Object.entries(ranges)) {
    assert.ok(Math.min(...values) >= -1 && Math.max(...values) <= 1, name);
    assert.ok(Math.abs(mean(values)) < 0.02, `${name}: mean`);
    assert.ok(Math.abs(mean(values.map((v) => v * v)) - 1 / 3) < 0.01, `${name}: spread`);
  }
  assert.ok(Math.abs(mean(draws.map((d) => +d.flip)) - 0.5) < 0.02);
});

Deno.test("The colour change is normal with the deviations of docs/augmentation.md §7", () => {
  const offsets = draws.map(({ colour }) => colourOffset(colour));
  const deviation = (channel: number) => Math.sqrt(mean(offsets.map((o) => o[channel] ** 2)));
  assertAllClose([0, 1, 2].map(deviation), [0.0074183, 0.0062657, 0.0052038], {
    absolute: 0,
    relative: 0.02,
  });
  assert.ok(offsets.every(([red, green, blue]) => red * green >= 0 && green * blue >= 0));
});

Deno.test("Draws come in the order shift x, shift y, rotation, flip, zoom, colour", () => {
  const random = new Random(1, "perturbation", 2, 3);
  const [x, y, turn, flip, zoom] = Array.from({ length: 5 }, () => random.uniform());
  assert.deepEqual(drawPerturbation(new Random(1, "perturbation", 2, 3)), {
    shiftX: -4 + 8 * x,
    shiftY: -4 + 8 * y,
    rotation: 360 * turn,
    flip: flip < 0.5,
    zoom: Math.exp(-Math.log(1.3) + (Math.log(1.3) + Math.log(1.3)) * zoom),
    colour: random.normal(0, 0.5),
  });
});
