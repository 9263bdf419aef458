/**
 * Checks of the dense layer with its gradients and updates, in one panel and in several, with ReLU,
 * maxout and dropout.
 */
import { denseLayer } from "../../nn/dense/layer.ts";
import type { DenseShape } from "../../nn/dense/shape.ts";
import { source } from "../../nn/layer.ts";
import { inFours } from "../../nn/tiles.ts";
import { biasGradient } from "../reference/conv2d.ts";
import { dense, denseInputGradient, denseWeightGradient } from "../reference/dense.ts";
import { dropout } from "../reference/dropout.ts";
import { maxout, maxoutGradient } from "../reference/maxout.ts";
import { relu, reluGradient } from "../reference/relu.ts";
import {
  type Bench,
  type Check,
  check,
  type CheckRow,
  compare,
  compareUpdate,
  randomise,
  sizes,
  type TilesName,
  withLimits,
} from "./bench.ts";

interface Case {
  readonly tiles: TilesName;
  readonly inputs: number;
  readonly units: number;
  readonly batch: number;
  readonly relu?: boolean;
  readonly maxout?: boolean;
  /** Number of the dropout after it. */
  readonly mask?: number;
  /** Rows of weights that a binding may hold, where that is fewer than there are inputs. */
  readonly panelRows?: number;
}

const CASES: readonly Case[] = [
  { tiles: "small", inputs: 1, units: 1, batch: 1 },
  { tiles: "small", inputs: 37, units: 13, batch: 3 },
  { tiles: "small", inputs: 130, units: 37, batch: 16, relu: true },
  { tiles: "small", inputs: 20, units: 10, batch: 3, maxout: true, mask: 1 },
  { tiles: "small", inputs: 9, units: 7, batch: 2, relu: true, mask: 0 },
  { tiles: "software", inputs: 7, units: 37, batch: 1 },
  { tiles: "software", inputs: 203, units: 37, batch: 5 },
  { tiles: "software", inputs: 515, units: 144, batch: 16, relu: true, mask: 2 },
  { tiles: "software", inputs: 60, units: 70, batch: 16, maxout: true },
  { tiles: "software", inputs: 90, units: 20, batch: 34 },
  { tiles: "gpu", inputs: 7, units: 2, batch: 3, relu: true },
  { tiles: "gpu", inputs: 330, units: 74, batch: 16, maxout: true, mask: 1 },
  { tiles: "gpu", inputs: 200, units: 260, batch: 17 },
  { tiles: "small", inputs: 200, units: 10, batch: 3, panelRows: 64 },
  { tiles: "software", inputs: 300, units: 37, batch: 5, panelRows: 128 },
  { tiles: "gpu", inputs: 256, units: 37, batch: 16, panelRows: 100, relu: true },
  { tiles: "gpu", inputs: 70, units: 300, batch: 5, panelRows: 64, maxout: true, mask: 1 },
  // The formulas as they stand.
  { tiles: "naive", inputs: 1, units: 1, batch: 1 },
  { tiles: "naive", inputs: 203, units: 37, batch: 5, panelRows: 64 },
  { tiles: "naive", inputs: 515, units: 144, batch: 16, maxout: true },
  { tiles: "naive", inputs: 70_000, units: 4, batch: 1 },
  // Batches in fours, which the kernels for GPUs want: odd numbers of everything else.
  { tiles: "gpu", inputs: 7, units: 37, batch: 4, relu: true },
  { tiles: "gpu", inputs: 1061, units: 132, batch: 20 },
  { tiles: "gpu", inputs: 515, units: 300, batch: 12 },
  { tiles: "gpu", inputs: 2048, units: 296, batch: 16, maxout: true, mask: 1 },
  { tiles: "gpu", inputs: 640, units: 37, batch: 32, panelRows: 256 },
  { tiles: "smallGpu", inputs: 1, units: 1, batch: 4 },
  { tiles: "smallGpu", inputs: 39, units: 13, batch: 12, relu: true },
  { tiles: "smallGpu", inputs: 130, units: 39, batch: 24 },
  { tiles: "smallGpu", inputs: 57, units: 21, batch: 5 },
  { tiles: "subgroup", inputs: 7, units: 37, batch: 4 },
  { tiles: "subgroup", inputs: 203, units: 37, batch: 20, relu: true, mask: 1 },
  { tiles: "subgroup", inputs: 516, units: 148, batch: 16, maxout: true, mask: 2 },
  { tiles: "subgroup", inputs: 90, units: 20, batch: 36 },
  { tiles: "subgroup", inputs: 300, units: 37, batch: 8, panelRows: 128 },
  { tiles: "subgroup", inputs: 70, units: 300, batch: 8, panelRows: 64, maxout: true },
  { tiles: "smallSubgroup", inputs: 130, units: 39, batch: 12, relu: true },
  { tiles: "smallSubgroup", inputs: 20, units: 22, batch: 4, maxout: true, mask: 0 },
  // A batch that does not come in fours.
  { tiles: "subgroup", inputs: 70, units: 21, batch: 5 },
  // More workgroups than one dimension of a grid may have.
  { tiles: "small", inputs: 1, units: 17_504, batch: 16, maxout: true, mask: 1 },
  // More inputs than one split may add up: see MAX_ITERATIONS in lib/nn/tiles.ts.
  { tiles: "small", inputs: 70_000, units: 4, batch: 1 },
  { tiles: "smallGpu", inputs: 70_000, units: 4, batch: 4 },
  { tiles: "smallSubgroup", inputs: 70_000, units: 4, batch: 4 },
];

export const DENSE: readonly Check[] = CASES.map((shape) => {
  const { tiles, inputs, units, batch, relu, maxout, mask, panelRows } = shape;
  const name = [
    `dense ${inputs}×${batch}`,
    `${units} units${relu ? " with ReLU" : ""}${maxout ? " with maxout" : ""}`,
    ...(mask === undefined ? [] : [`dropout ${mask}`]),
    ...(panelRows ? [`bindings of ${panelRows} rows`] : []),
  ].join(", ");
  return check(name, tiles, (bench) => checkCase(bench, shape));
});

/** Any numbers for dropout. */
const SEED = 2 ** 40 + 3, STEP = 1_562_500;

async function checkCase(bench: Bench, shape: Case): Promise<CheckRow[]> {
  const { inputs: K, units, batch: B, mask, panelRows = Infinity } = shape;
  const { relu: rectified = false, maxout: pairs = false } = shape;
  const O = inFours(units);
  const matrix: DenseShape = { K, O, B };
  const limits = { maxStorageBufferBindingSize: panelRows * O * 4 };
  const gpu = withLimits(bench.gpu, limits);
  const build = await bench.build({ batch: B, gpu, seed: SEED, step: STEP });

  const x = bench.numbers(K * B);
  const input = await bench.tensor(x, { channels: K, n: B });
  const activation = { relu: rectified, maxout: pairs, mask };
  const options = { name: "dense", units, ...activation, weightStd: 0, bias: 0 };
  const layer = await denseLayer(build, input, options);
  const { output, linear = output } = layer;
  const [weight, bias] = layer.parameters.map((parameter) => randomise(bench, parameter));
  const w = weight.value, b = bias.value;

  const sum = dense(x, w, b, matrix);
  const sumSize = dense(sizes(x), sizes(w), sizes(b), matrix);
  const expected = pairs ? maxout(sum, B) : rectified ? relu(sum) : sum;
  const size = pairs ? maxout(sumSize, B) : sumSize;
  await bench.run(layer.forward("predict"));
  const y = await bench.read(output.value, expected.length);
  const z = await bench.read(linear.value, sum.length);
  const rows = [compare("y", y, expected, size)];
  if (pairs) rows.push(compare("y before maxout", z, sum, sumSize));

  const dropped = (values: ArrayLike<number>) =>
    mask === undefined ? values : dropout(values, { seed: SEED, layer: mask, step: STEP });
  await bench.run(layer.forward("train"));
  const read = await bench.read(source(output, "train"), expected.length);
  rows.push(compare("y in training", read, dropped(expected), dropped(size)));

  const above = new Float32Array(expected.length);
  above.set(bench.numbers(output.channels * B));
  const dx = await bench.backward(layer, above, K * B);
  // The kernel's own numbers decide which way gradients go: near a tie the reference's may differ.
  const through = dropped(above);
  const dy = pairs ? maxoutGradient(z, through, B) : rectified ? reluGradient(y, through) : through;
  const dxSize = denseInputGradient(sizes(dy), sizes(w), matrix);
  rows.push(compare("x gradient", dx, denseInputGradient(dy, w, matrix), dxSize));
  const weightGradient = denseWeightGradient(x, dy, matrix);
  const weightSize = denseWeightGradient(sizes(x), sizes(dy), matrix);
  rows.push(...await compareUpdate(bench, weight, weightGradient, weightSize));
  const biasSize = biasGradient(sizes(dy), B);
  rows.push(...await compareUpdate(bench, bias, biasGradient(dy, B), biasSize));
  return rows;
}
