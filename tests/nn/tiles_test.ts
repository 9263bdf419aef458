import assert from "node:assert/strict";
import { inFours, largestDivisor, linearGrid, vec4Tile } from "../../lib/nn/tiles.ts";

Deno.test("tiles divide what they tile", () => {
  assert.equal(largestDivisor(40, 20), 20);
  assert.equal(largestDivisor(7, 4), 1);
  assert.equal(largestDivisor(3, 100), 3);
  assert.equal(vec4Tile(24, 16), 12);
  assert.equal(vec4Tile(20, 8), 4);
  assert.equal(vec4Tile(4, 16), 4);
  assert.deepEqual([1, 4, 5, 37].map(inFours), [4, 4, 8, 40]);
});

Deno.test("a grid covers its elements within 65,535 workgroups per dimension", () => {
  for (const count of [1, 64, 65, 65_535 * 64, 65_535 * 64 + 1, 300_000_000]) {
    const [x, y] = linearGrid(count, 64);
    assert.ok(x <= 65_535 && y <= 65_535);
    assert.ok(x * y * 64 >= count);
    assert.ok(x * y * 64 < count + 64 * (y + 1), "hardly a workgroup too many");
  }
});
