import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { denseSplits, denseUpdateDispatch, panels } from "../../lib/nn/dense_kernels.ts";
import { MAX_ROUNDS } from "../../lib/nn/tiles.ts";
import { TILES } from "../checks/bench.ts";
import { DENSE } from "../checks/dense.ts";
import { testChecks } from "../gpu.ts";

testChecks(DENSE);

const MIB = 2 ** 20;

Deno.test("a weight matrix that fits into a binding is one panel", () => {
  assert.deepEqual(panels({ K: 8192, O: 4096, B: 16 }, 128 * MIB), [{ first: 0, rows: 8192 }]);
});

Deno.test("panels cover the rows, fit, and start at multiples of 256 bytes", () => {
  for (
    const [K, O, limit] of [[16_384, 4096, 128 * MIB], [12_288, 4096, 128 * MIB], [200, 12, 3500]]
  ) {
    const all = panels({ K, O, B: 1 }, limit);
    assert.ok(all.length > 1);
    let next = 0;
    for (const { first, rows } of all) {
      assert.equal(first, next);
      assert.equal(first * 4 % 256, 0);
      assert.ok(rows > 0 && rows * O * 4 <= limit);
      next = first + rows;
    }
    assert.equal(next, K);
  }
});

Deno.test("an adapter whose bindings do not hold 64 rows is refused with both sizes", () => {
  assert.throws(() => panels({ K: 100_000, O: 65_536, B: 1 }, 8 * MIB), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /64 rows of a dense layer of 65536 units take 16 MiB.* 8\.0 MiB$/);
    return true;
  });
});

Deno.test("a short panel is not split, a long one at least as often as its sum needs", () => {
  const shape = { K: 200_000, O: 4, B: 1 };
  assert.equal(denseSplits(TILES.gpu(), shape, { first: 0, rows: 16 }), 1);
  assert.equal(denseSplits(TILES.small(), shape, { first: 0, rows: MAX_ROUNDS }), 1);
  assert.equal(denseSplits(TILES.small(), shape, { first: 0, rows: 200_000 }), 4);
});

Deno.test("no weight update makes more rounds than software adapters allow", () => {
  for (const make of Object.values(TILES)) {
    const tiles = make(8);
    // Prime batches cannot be taken several examples at a time.
    for (const B of [1, 16, 257, 1021, 4093]) {
      const shape = { K: 16_384, O: 4096, B };
      const panel = { first: 0, rows: shape.K };
      const { constants } = denseUpdateDispatch(tiles, "test", shape, panel, 0.9, []);
      assert.ok(constants.TK <= MAX_ROUNDS, JSON.stringify(constants));
    }
  }
});
