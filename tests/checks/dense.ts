/** Checks of the dense layer with its gradients and updates, in one panel and in several. */
import { denseLayer, type DenseShape } from "../../lib/nn/dense.ts";
import { gradientOf } from "../../lib/nn/layer.ts";
import { quads } from "../../lib/nn/tiles.ts";
import { biasGradient } from "../reference/conv2d.ts";
import { dense, denseInputGradient, denseWeightGradient } from "../reference/dense.ts";
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
  /** Rows of weights that a binding may hold, where that is fewer than there are inputs. */
  readonly panelRows?: number;
}

const CASES: readonly Case[] = [
  { tiles: "small", inputs: 1, units: 1, batch: 1 },
  { tiles: "small", inputs: 37, units: 13, batch: 3 },
  { tiles: "small", inputs: 130, units: 37, batch: 16, relu: true },
  { tiles: "software", inputs: 7, units: 37, batch: 1 },
  { tiles: "software", inputs: 203, units: 37, batch: 5 },
  { tiles: "software", inputs: 515, units: 144, batch: 16, relu: true },
  { tiles: "software", inputs: 90, units: 20, batch: 34 },
  { tiles: "gpu", inputs: 7, units: 2, batch: 3, relu: true },
  { tiles: "gpu", inputs: 330, units: 74, batch: 16 },
  { tiles: "gpu", inputs: 200, units: 260, batch: 17 },
  { tiles: "small", inputs: 200, units: 10, batch: 3, panelRows: 64 },
  { tiles: "software", inputs: 300, units: 37, batch: 5, panelRows: 128 },
  { tiles: "gpu", inputs: 256, units: 37, batch: 16, panelRows: 100, relu: true },
  { tiles: "broadcast", inputs: 7, units: 37, batch: 4 },
  { tiles: "broadcast", inputs: 203, units: 37, batch: 20, relu: true },
  { tiles: "broadcast", inputs: 516, units: 148, batch: 16 },
  { tiles: "broadcast", inputs: 90, units: 20, batch: 36 },
  { tiles: "broadcast", inputs: 300, units: 37, batch: 8, panelRows: 128 },
  { tiles: "smallBroadcast", inputs: 130, units: 39, batch: 12, relu: true },
  // A batch that does not come in fours, which the kernels without subgroups serve.
  { tiles: "broadcast", inputs: 70, units: 21, batch: 5 },
  // More inputs than one split may add up: see MAX_ROUNDS in lib/nn/tiles.ts.
  { tiles: "small", inputs: 70_000, units: 4, batch: 1 },
];

export const DENSE: readonly Check[] = CASES.map((shape) => {
  const { tiles, inputs, units, batch, relu, panelRows } = shape;
  const name = `dense ${inputs}×${batch}, ${units} units` + (relu ? " with ReLU" : "") +
    (panelRows ? `, bindings of ${panelRows} rows` : "");
  return check(name, tiles, (bench) => checkCase(bench, shape));
});

async function checkCase(
  bench: Bench,
  { inputs: K, units, batch: B, relu: rectified = false, panelRows = Infinity }: Case,
): Promise<CheckRow[]> {
  const O = quads(units);
  const shape: DenseShape = { K, O, B };
  const limits = { maxStorageBufferBindingSize: panelRows * O * 4 };
  const build = await bench.build({ batch: B, gpu: withLimits(bench.gpu, limits) });

  const x = bench.numbers(K * B);
  const input = await bench.tensor(x, { channels: K, n: B });
  const options = { name: "dense", units, relu: rectified, weightStd: 0, bias: 0 };
  const layer = await denseLayer(build, input, options);
  const [weight, bias] = layer.parameters.map((parameter) => randomise(bench, parameter));
  const w = weight.value, b = bias.value;

  await bench.run(layer.forward("train"));
  const y = await bench.read(layer.output.value, O * B);
  const sum = dense(x, w, b, shape);
  const sumSize = dense(sizes(x), sizes(w), sizes(b), shape);
  const rows = [compare("y", y, rectified ? relu(sum) : sum, sumSize)];

  const above = new Float32Array(O * B);
  above.set(bench.numbers(units * B));
  layer.output.gradient = await bench.put(above);
  await bench.run(await layer.backward());
  // The kernel's own y decides where the ReLU is open: near zero it may differ from the twin's.
  const dy = rectified ? reluGradient(y, above) : above;
  const dx = await bench.read(await gradientOf(build, input), K * B);
  const dxSize = denseInputGradient(sizes(dy), sizes(w), shape);
  rows.push(compare("x gradient", dx, denseInputGradient(dy, w, shape), dxSize));
  const weightGradient = denseWeightGradient(x, dy, shape);
  const weightSize = denseWeightGradient(sizes(x), sizes(dy), shape);
  rows.push(...await compareUpdate(bench, weight, weightGradient, weightSize));
  const biasSize = biasGradient(sizes(dy), B);
  rows.push(...await compareUpdate(bench, bias, biasGradient(dy, B), biasSize));
  return rows;
}
