/**
 * Checks of the convolution with its gradients and updates, and with the pooling of a network that
 * predicts, through the layer that networks use.
 */
import { upload } from "../../gpu/memory.ts";
import { conv2dLayer } from "../../nn/conv2d/layer.ts";
import type { Conv2dShape } from "../../nn/conv2d/shape.ts";
import { elements } from "../../nn/layer.ts";
import type { PoolShape } from "../../nn/max_pool.ts";
import { inFours } from "../../nn/tiles.ts";
import {
  biasGradient,
  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
} from "../reference/conv2d.ts";
import { maxPool } from "../reference/max_pool.ts";
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
} from "./bench.ts";

interface Case {
  readonly tiles: TilesName;
  /** Input channels: 3 are the data, stored as 3 and without a gradient; others are stored in fours. */
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly size: number;
  readonly filters: number;
  readonly n: number;
  readonly relu?: boolean;
}

const CASES: readonly Case[] = [
  // The four convolutions and the shared dense layer of the paper's networks, with fewer channels.
  { tiles: "software", channels: 3, height: 45, width: 45, size: 6, filters: 8, n: 16 },
  { tiles: "gpu", channels: 3, height: 45, width: 45, size: 6, filters: 4, n: 16 },
  { tiles: "software", channels: 8, height: 20, width: 20, size: 5, filters: 8, n: 16 },
  { tiles: "gpu", channels: 4, height: 20, width: 20, size: 5, filters: 8, n: 16 },
  { tiles: "software", channels: 8, height: 8, width: 8, size: 3, filters: 24, n: 16 },
  { tiles: "gpu", channels: 12, height: 8, width: 8, size: 3, filters: 16, n: 80 },
  { tiles: "software", channels: 8, height: 6, width: 6, size: 3, filters: 4, n: 80 },
  { tiles: "gpu", channels: 4, height: 6, width: 6, size: 3, filters: 8, n: 256 },
  { tiles: "naive", channels: 3, height: 45, width: 45, size: 6, filters: 4, n: 16 },
  { tiles: "naive", channels: 8, height: 20, width: 20, size: 5, filters: 8, n: 16 },
  { tiles: "naive", channels: 8, height: 8, width: 8, size: 3, filters: 12, n: 80 },
  {
    tiles: "software",
    channels: 20,
    height: 2,
    width: 2,
    size: 2,
    filters: 20,
    n: 16,
    relu: false,
  },
  { tiles: "gpu", channels: 12, height: 2, width: 2, size: 2, filters: 12, n: 48, relu: false },
  { tiles: "subgroup", channels: 3, height: 45, width: 45, size: 6, filters: 16, n: 16 },
  { tiles: "subgroup", channels: 20, height: 20, width: 20, size: 5, filters: 16, n: 16 },
  { tiles: "subgroup", channels: 8, height: 8, width: 8, size: 3, filters: 24, n: 48 },
  { tiles: "subgroup", channels: 12, height: 6, width: 6, size: 3, filters: 36, n: 20 },
  {
    tiles: "subgroup",
    channels: 20,
    height: 2,
    width: 2,
    size: 2,
    filters: 20,
    n: 16,
    relu: false,
  },
  // Every filter size, on maps that are not square, with padding of channels and filters.
  ...(["small", "smallSubgroup", "naive"] as const).flatMap((tiles) =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((size) => ({
      tiles,
      channels: size,
      height: size + 2,
      width: size + 3,
      size,
      filters: 13 - size,
      n: size % 2 ? 16 : 36,
    }))
  ),
  { tiles: "smallSubgroup", channels: 5, height: 1, width: 1, size: 1, filters: 6, n: 20 },
  // A batch that does not come in fours, which the kernels that share no loads serve.
  { tiles: "subgroup", channels: 5, height: 4, width: 3, size: 2, filters: 6, n: 19 },
  { tiles: "gpu", channels: 3, height: 5, width: 4, size: 2, filters: 1, n: 80, relu: false },
  // Channels and filters in several tiles that share a workgroup, an odd batch.
  { tiles: "gpu", channels: 20, height: 8, width: 8, size: 3, filters: 24, n: 33 },
  { tiles: "gpu", channels: 20, height: 12, width: 12, size: 5, filters: 16, n: 32 },
  // … and in four and eight slices, which no number of channels or filters here divides.
  { tiles: "gpu", channels: 36, height: 5, width: 7, size: 3, filters: 68, n: 33 },
  { tiles: "gpu", channels: 68, height: 4, width: 5, size: 3, filters: 132, n: 19 },
  { tiles: "small", channels: 12, height: 7, width: 5, size: 3, filters: 20, n: 18 },
  // A map of one pixel, a batch that no number of lanes divides.
  { tiles: "small", channels: 5, height: 1, width: 1, size: 1, filters: 6, n: 21 },
  { tiles: "naive", channels: 5, height: 1, width: 1, size: 1, filters: 6, n: 21 },
  // Sums of 295,936 terms, which one workgroup would add up in more than MAX_ITERATIONS iterations.
  { tiles: "small", channels: 3, height: 34, width: 34, size: 1, filters: 4, n: 256 },
  { tiles: "naive", channels: 3, height: 34, width: 34, size: 1, filters: 4, n: 256 },
  { tiles: "smallSubgroup", channels: 3, height: 34, width: 34, size: 1, filters: 4, n: 256 },
];

/** Outputs of twice an odd number of rows or columns among them, which few tiles divide. */
const POOLED: readonly Case[] = [
  { tiles: "software", channels: 3, height: 45, width: 45, size: 6, filters: 8, n: 16 },
  { tiles: "gpu", channels: 3, height: 45, width: 45, size: 8, filters: 4, n: 16 },
  { tiles: "gpu", channels: 12, height: 8, width: 16, size: 3, filters: 16, n: 80 },
  { tiles: "gpu", channels: 36, height: 6, width: 6, size: 3, filters: 20, n: 17 },
  { tiles: "subgroup", channels: 3, height: 45, width: 45, size: 8, filters: 16, n: 16 },
  { tiles: "subgroup", channels: 20, height: 20, width: 20, size: 5, filters: 20, n: 20 },
  { tiles: "subgroup", channels: 8, height: 6, width: 6, size: 3, filters: 24, n: 48 },
  // A batch that does not come in fours, which the kernels that share no loads serve.
  { tiles: "subgroup", channels: 5, height: 5, width: 7, size: 2, filters: 6, n: 19 },
  { tiles: "naive", channels: 3, height: 7, width: 9, size: 2, filters: 6, n: 19 },
  { tiles: "naive", channels: 5, height: 2, width: 2, size: 1, filters: 6, n: 17, relu: false },
  { tiles: "small", channels: 2, height: 9, width: 13, size: 4, filters: 5, n: 20 },
  { tiles: "small", channels: 5, height: 2, width: 2, size: 1, filters: 6, n: 17, relu: false },
  { tiles: "smallSubgroup", channels: 2, height: 9, width: 13, size: 4, filters: 5, n: 20 },
  { tiles: "smallSubgroup", channels: 7, height: 8, width: 4, size: 3, filters: 9, n: 36 },
  {
    tiles: "smallSubgroup",
    channels: 5,
    height: 2,
    width: 2,
    size: 1,
    filters: 6,
    n: 20,
    relu: false,
  },
];

export const CONV2D: readonly Check[] = [
  ...CASES.map((shape) => check(nameOf(shape), shape.tiles, (bench) => checkCase(bench, shape))),
  ...POOLED.map((shape) =>
    check(`${nameOf(shape)}, pooled`, shape.tiles, (bench) => checkPooled(bench, shape))
  ),
];

function nameOf({ channels, height, width, size, filters, n, relu }: Case): string {
  return `conv2d ${channels}×${height}×${width}×${n}, ${filters} filters of ${size}×${size}` +
    (relu === false ? ", no ReLU" : "");
}

async function checkCase(
  bench: Bench,
  { channels, height, width, size, filters, n, relu: rectified = true }: Case,
): Promise<CheckRow[]> {
  const ofData = channels === 3;
  const C = ofData ? 3 : inFours(channels), F = inFours(filters);
  const shape: Conv2dShape = { C, H: height, W: width, K: size, F, N: n };
  const outputs = (height - size + 1) * (width - size + 1);
  const build = await bench.build();

  const x = new Float32Array(C * height * width * n);
  x.set(bench.numbers(channels * height * width * n));
  const input = await bench.tensor(x, { channels, stored: C, height, width, n });
  const options = { name: "conv", filters, size, relu: rectified, weightStd: 0, bias: 0 };
  const layer = await conv2dLayer(build, input, { ...options, ofData });
  const [weight, bias] = layer.parameters.map((parameter) => randomise(bench, parameter));
  const w = weight.value, b = bias.value;

  await bench.run(layer.forward("train"));
  const y = await bench.read(layer.output.value, F * outputs * n);
  const sum = conv2d(x, w, b, shape);
  const sumSize = conv2d(sizes(x), sizes(w), sizes(b), shape);
  const rows = [compare("y", y, rectified ? relu(sum) : sum, sumSize)];

  const above = new Float32Array(F * outputs * n);
  above.set(bench.numbers(filters * outputs * n));
  const { dx, dispatches } = await layer.backward(await bench.put(above));
  await bench.run(dispatches);
  // The kernel's own y decides where the ReLU is open: near zero it may differ from the reference's.
  const dy = rectified ? reluGradient(y, above) : above;
  if (dx) {
    const size = conv2dInputGradient(sizes(dy), sizes(w), shape);
    const actual = await bench.read(dx, x.length);
    rows.push(compare("x gradient", actual, conv2dInputGradient(dy, w, shape), size));
  }
  const weightGradient = conv2dWeightGradient(x, dy, shape);
  const weightSize = conv2dWeightGradient(sizes(x), sizes(dy), shape);
  rows.push(...await compareUpdate(bench, weight, weightGradient, weightSize));
  const biasSize = biasGradient(sizes(dy), n);
  rows.push(...await compareUpdate(bench, bias, biasGradient(dy, n), biasSize));
  return rows;
}

/** The pooled outputs of a convolution that keeps nothing else. */
async function checkPooled(
  bench: Bench,
  { channels, height, width, size, filters, n, relu: rectified = true }: Case,
): Promise<CheckRow[]> {
  const C = channels === 3 ? 3 : inFours(channels), F = inFours(filters);
  const shape: Conv2dShape = { C, H: height, W: width, K: size, F, N: n };
  const pool: PoolShape = { F, HP: (height - size + 1) / 2, WP: (width - size + 1) / 2, N: n };
  const x = new Float32Array(C * height * width * n);
  x.set(bench.numbers(channels * height * width * n));
  const input = await bench.tensor(x, { channels, stored: C, height, width, n });
  const options = { name: "conv", filters, size, relu: rectified, weightStd: 0, bias: 0 };
  const build = await bench.build({ trainable: false });
  const layer = await conv2dLayer(build, input, { ...options, pool: true });
  const [w, b] = layer.parameters.map(({ shape, value, pack }) => {
    const values = pack(bench.numbers(elements(shape)));
    upload(bench.gpu, value, values);
    return values;
  });
  await bench.run(layer.forward("predict"));
  const y = await bench.read(layer.output.value, F * pool.HP * pool.WP * n);
  const sum = conv2d(x, w, b, shape);
  const sumSize = conv2d(sizes(x), sizes(w), sizes(b), shape);
  const expected = maxPool(rectified ? relu(sum) : sum, pool);
  return [compare("y", y, expected, maxPool(sumSize, pool))];
}
