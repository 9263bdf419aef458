import assert from "node:assert/strict";
import { moffat, sersic, sersicReach } from "../../lib/synthetic/profiles.ts";

/** Light within x half-light radii. */
function lightWithin(index: number, x: number): number {
  const steps = 200_000;
  let sum = 0;
  for (let k = 0; k < steps; k++) {
    const r = (k + 0.5) * x / steps;
    sum += r * sersic(index, r) * x / steps;
  }
  return sum;
}

Deno.test("half of a Sérsic profile's light lies within its half-light radius", () => {
  for (const index of [0.8, 1, 2.5, 4]) {
    const share = lightWithin(index, 1) / lightWithin(index, 400);
    assert.ok(Math.abs(share - 0.5) < 0.002, `index ${index}: ${share}`);
  }
});

Deno.test("a Sérsic profile has the asked level at its reach", () => {
  for (const index of [1, 4]) {
    const level = sersic(index, sersicReach(index, 0.01));
    assert.ok(Math.abs(level - 0.01) < 1e-9, `index ${index}: ${level}`);
  }
});

Deno.test("a star has half of its peak at half of its full width", () => {
  assert.equal(moffat(3, 0), 1);
  assert.ok(Math.abs(moffat(3, 1.5) - 0.5) < 1e-12);
});
