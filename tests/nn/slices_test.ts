import assert from "node:assert/strict";
import { conv2dForward } from "../../lib/nn/conv2d/forward.ts";
import { conv2dInputGradient } from "../../lib/nn/conv2d/input_gradient.ts";
import { sharing, slicesOf } from "../../lib/nn/conv2d/slices.ts";
import { planned } from "../../lib/nn/variants.ts";

const TILE = { lanes: 32, groups: 4, slices: 8, tiles: 1000 };

Deno.test("slices are a power of two, just so many that all tiles together keep an adapter busy", () => {
  const slices = (count: number, tile = {}) => slicesOf(count, 8, { ...TILE, ...tile });
  assert.deepEqual([1000, 999, 500, 499, 250, 125, 1].map((count) => slices(count)), [
    1,
    2,
    2,
    4,
    4,
    8,
    8,
  ]);
  assert.equal(slices(1, { slices: 2 }), 2);
  assert.equal(slices(1, { tiles: 1 }), 1);
  assert.equal(slicesOf(1, 5.9, TILE), 4, "sums of five pieces");
  assert.equal(slicesOf(1, 0.4, TILE), 1, "sums too short to be cut");
  assert.equal(slices(1, { lanes: 64 }), 4, "at most 256 invocations");
});

Deno.test("slices come at the cost of tiles that share a workgroup, and its memory goes round", () => {
  assert.deepEqual(sharing(16, 1, 16, TILE), { SLICES: 1, HALVINGS: 0, GROUPS: 4, TS: 8 });
  assert.deepEqual(sharing(16, 2, 16, TILE), { SLICES: 2, HALVINGS: 1, GROUPS: 2, TS: 16 });
  assert.deepEqual(sharing(16, 8, 16, TILE), { SLICES: 8, HALVINGS: 3, GROUPS: 1, TS: 8 });
  assert.deepEqual(sharing(3, 1, 6, TILE), { SLICES: 1, HALVINGS: 0, GROUPS: 3, TS: 6 });
});

/** The four convolutions of the paper's network, at its batch. */
const SIZES = [[3, 45, 6, 32], [32, 20, 5, 64], [64, 8, 3, 128], [128, 6, 3, 128]];

Deno.test("on a GPU an invocation keeps 48 sums or more of each of the paper's convolutions", () => {
  const gpu = { software: false, subgroup: 32 };
  const sliced = SIZES.map(([C, H, K, F]) => {
    const shape = { C, H, W: H, K, F, N: 256 };
    const forward = { ...shape, RELU: 1, SIDE: 1 } as const;
    const { TR, TW, TF, SLICES } = planned(conv2dForward, gpu, undefined, forward).constants;
    assert.ok(TR * TW * TF >= 48, `${TR}×${TW} outputs of ${TF} filters`);
    return SLICES;
  });
  assert.deepEqual(sliced, [1, 1, 2, 8]);
  for (const [C, H, K, F] of SIZES.slice(1)) {
    const shape = { C, H, W: H, K, F, N: 256 };
    const { TR, TC, SLICES } = planned(conv2dInputGradient, gpu, undefined, shape).constants;
    assert.ok(TR * H * TC >= 48, `${TR} rows of ${TC} channels`);
    assert.ok(SLICES >= 2);
  }
});
