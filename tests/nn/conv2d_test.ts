import assert from "node:assert/strict";
import {
  conv2dWeightGradientDispatch,
  weightGradientPartials,
} from "../../lib/nn/conv2d_kernels.ts";
import { MAX_ROUNDS } from "../../lib/nn/tiles.ts";
import { TILES } from "../checks/bench.ts";
import { CONV2D } from "../checks/conv2d.ts";
import { testChecks } from "../gpu.ts";
import { conv2d } from "../reference/conv2d.ts";

testChecks(CONV2D);

Deno.test("the twin correlates: it does not turn the filter", () => {
  const shape = { C: 1, H: 2, W: 3, K: 2, F: 1, N: 1 };
  const y = conv2d([1, 2, 3, 4, 5, 6], [1, 10, 100, 1000], [0.5, 0], shape);
  assert.deepEqual([...y], [5421.5, 6532]);
});

Deno.test("no weight gradient makes more rounds than software adapters allow", () => {
  for (const make of Object.values(TILES)) {
    const tiles = make(8);
    for (const batch of [1, 16, 17, 20, 64, 256]) {
      for (const [C, H, K, F] of [[3, 45, 6, 32], [3, 45, 3, 8], [32, 20, 5, 64], [4, 2, 2, 8]]) {
        const shape = { C, H, W: H, K, F, N: 16 * batch };
        const { constants } = conv2dWeightGradientDispatch(tiles, "test", shape, []);
        const { HO, WO, SPLITS, LANES } = constants;
        const partials = weightGradientPartials(tiles, shape);
        let rounds, sums = SPLITS;
        if (tiles.workgroup) {
          const { TC, TF, TS } = constants;
          const tree = TC * K * TF / 4 / TS * Math.log2(LANES);
          rounds = Math.ceil(Math.ceil(shape.N / LANES) * HO / SPLITS) * (1 + WO) + tree;
        } else {
          // Invocations go over n in steps of LANES, or of 4 where the lanes are busy with channels.
          const step = tiles.broadcast ? 4 : LANES;
          rounds = Math.ceil(Math.ceil(shape.N / step) / SPLITS) * (1 + HO * (1 + WO));
          if (!tiles.broadcast) sums *= LANES;
        }
        assert.ok(rounds <= MAX_ROUNDS, JSON.stringify({ ...constants }));
        assert.equal(partials, sums);
      }
    }
  }
});
