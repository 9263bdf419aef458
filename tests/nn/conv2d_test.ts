import assert from "node:assert/strict";
import { conv2dForward } from "../../lib/nn/conv2d/forward.ts";
import { conv2dInputGradient } from "../../lib/nn/conv2d/input_gradient.ts";
import { conv2dWeightGradient } from "../../lib/nn/conv2d/weight_gradient.ts";
import { MAX_ITERATIONS } from "../../lib/nn/tiles.ts";
import { planned } from "../../lib/nn/variants.ts";
import { CONV2D } from "../../lib/verify/checks/conv2d.ts";
import { TILES } from "../../lib/verify/checks/bench.ts";
import { conv2d } from "../../lib/verify/reference/conv2d.ts";
import { testChecks } from "../gpu.ts";

testChecks(CONV2D);

Deno.test("the reference correlates: it does not turn the filter", () => {
  const shape = { C: 1, H: 2, W: 3, K: 2, F: 1, N: 1 };
  const y = conv2d([1, 2, 3, 4, 5, 6], [1, 10, 100, 1000], [0.5, 0], shape);
  assert.deepEqual([...y], [5421.5, 6532]);
});

/** Channels, sides of maps and filters, and filters: those of the paper's networks, and others. */
const SIZES = [[3, 45, 6, 32], [3, 45, 3, 8], [32, 20, 5, 64], [128, 6, 3, 256], [4, 2, 2, 8]];

Deno.test("no weight gradient makes more iterations than software adapters allow", () => {
  for (const make of Object.values(TILES)) {
    const { machine, choices } = make(8);
    for (const batch of [1, 16, 17, 20, 64, 256]) {
      for (const [C, H, K, F] of SIZES) {
        const shape = { C, H, W: H, K, F, N: 16 * batch };
        const { kernel, constants } = planned(conv2dWeightGradient, machine, choices, shape);
        const { HO, WO, SPLITS, LANES } = constants;
        // Invocations go over n one by one, in steps of LANES, or in vec4s.
        const ofNaive = () => Math.ceil(shape.N / SPLITS) * (1 + HO * (1 + WO));
        const made = {
          "conv2d/weight_gradient/naive": ofNaive,
          "conv2d/weight_gradient/subgroup": () =>
            Math.ceil(shape.N / 4 / SPLITS) * (1 + HO * (K + WO)) + constants.TM * (1 + K),
          "conv2d/weight_gradient/workgroup": () => {
            const { TC, TF, TJ, TS } = constants;
            const tree = TC * K * TF / 4 / TS * Math.log2(LANES);
            return Math.ceil(Math.ceil(shape.N / LANES) * HO / SPLITS) * (1 + WO / TJ) + tree;
          },
        }[kernel.name]!();
        assert.ok(made <= MAX_ITERATIONS, `${kernel.name} ${JSON.stringify(constants)}: ${made}`);
      }
    }
  }
});

Deno.test("the naive sums of the paper's networks are short enough for software adapters", () => {
  for (const [C, H, K, F] of SIZES) {
    const shape = { C, H, W: H, K, F, N: 16 };
    const naive = () => ({ variant: "naive" });
    const machine = { software: true, subgroup: 0 };
    const forward = { ...shape, RELU: 1, SIDE: 2 } as const;
    const { constants } = planned(conv2dForward, machine, naive, forward);
    const taps = 1 + constants.K * (1 + constants.K);
    assert.ok(constants.SIDE ** 2 * (1 + constants.C * taps) <= MAX_ITERATIONS);
    const backward = planned(conv2dInputGradient, machine, naive, shape).constants;
    assert.ok(backward.F * taps <= MAX_ITERATIONS);
  }
});
