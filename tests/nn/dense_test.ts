import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { denseForward } from "../../lib/nn/dense/forward.ts";
import { denseInputGradient } from "../../lib/nn/dense/input_gradient.ts";
import { denseLayer } from "../../lib/nn/dense/layer.ts";
import { panels } from "../../lib/nn/dense/panels.ts";
import type { DenseShape } from "../../lib/nn/dense/shape.ts";
import { denseUpdate } from "../../lib/nn/dense/update.ts";
import { MAX_ITERATIONS } from "../../lib/nn/tiles.ts";
import { type KernelPlan, type Operation, planned } from "../../lib/nn/variants.ts";
import { DENSE } from "../../lib/verify/checks/dense.ts";
import { Bench, TILES } from "../../lib/verify/checks/bench.ts";
import { gpuTest, testChecks } from "../gpu.ts";

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

gpuTest(
  "more units than one invocation can add up are refused, but only in training",
  async (gpu) => {
    const bench = new Bench(gpu, TILES.naive());
    try {
      const input = await bench.tensor(bench.numbers(4), { channels: 1, n: 4 });
      const options = { name: "dense", units: 65_536, relu: false, weightStd: 0, bias: 0 };
      await denseLayer(await bench.build({ trainable: false }), input, options);
      await assert.rejects(denseLayer(await bench.build(), input, options), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /^dense: .* a sum over 65536 units, at most 65535 work$/);
        return true;
      });
    } finally {
      bench.memory.destroy();
    }
  },
);

/** The plan that some tiles make for a shape, on an adapter with subgroups of eight. */
function planWith<Plan>(
  tiles: keyof typeof TILES,
  operation: Operation<DenseShape, Plan>,
  shape: DenseShape,
): Plan {
  const { machine, choices } = TILES[tiles](8);
  return planned(operation, machine, choices, shape);
}
const ALL_TILES = Object.keys(TILES) as (keyof typeof TILES)[];

Deno.test("which kernel computes a dense layer depends on the adapter and the batch", () => {
  const shape = { K: 64, O: 8, B: 16 }, odd = { ...shape, B: 17 };
  const names = (tiles: keyof typeof TILES, at: DenseShape) =>
    [denseForward, denseInputGradient, denseUpdate].map((operation) =>
      planWith<(rows: number) => KernelPlan<string>>(tiles, operation, at)(64).kernel.name
    );
  const paths = (forward: string, input: string, update: string) => [
    `dense/forward/${forward}`,
    `dense/input_gradient/${input}`,
    `dense/update/${update}`,
  ];
  assert.deepEqual(names("subgroup", shape), paths("subgroup", "subgroup", "subgroup"));
  assert.deepEqual(names("subgroup", odd), paths("registers", "registers", "subgroup"));
  assert.deepEqual(names("gpu", shape), paths("workgroup", "workgroup", "workgroup"));
  assert.deepEqual(names("gpu", odd), paths("registers", "registers", "workgroup"));
  assert.deepEqual(names("naive", shape), paths("naive", "naive", "naive"));
});

Deno.test("a short panel is not split, a long one at least as often as its sum needs", () => {
  for (const tiles of ALL_TILES) {
    for (const B of [1, 4]) {
      const plan = planWith(tiles, denseForward, { K: 200_000, O: 4, B });
      assert.equal(plan(16).constants.SPLITS, 1, tiles);
      assert.ok(plan(200_000).constants.SPLITS >= 4, tiles);
    }
  }
  const small = planWith("small", denseForward, { K: 200_000, O: 4, B: 1 });
  assert.equal(small(MAX_ITERATIONS).constants.SPLITS, 1);
  assert.equal(small(200_000).constants.SPLITS, 4);
});

Deno.test("no weight update makes more iterations than software adapters allow", () => {
  for (const tiles of ALL_TILES) {
    // Prime batches cannot be taken several examples at a time.
    for (const B of [1, 16, 257, 1021, 4093]) {
      const plan = planWith(tiles, denseUpdate, { K: 16_384, O: 4096, B });
      const { TK = 1 } = plan(16_384).constants as Record<string, number>;
      assert.ok(TK + B <= MAX_ITERATIONS, `${tiles}: ${TK}`);
    }
  }
});
