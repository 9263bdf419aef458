/** Checks of max-pooling and maxout, with many ties, and of the gradient of ReLU. */
import { maxPoolLayer } from "../../nn/max_pool.ts";
import { maxoutLayer } from "../../nn/maxout.ts";
import { reluGradientDispatch } from "../../nn/relu.ts";
import { maxout, maxoutGradient } from "../reference/maxout.ts";
import { maxPool, maxPoolGradient } from "../reference/max_pool.ts";
import { reluGradient } from "../reference/relu.ts";
import { type Bench, type Check, check, compare, type TilesName } from "./bench.ts";

/** Random multiples of 1/2: equal neighbours, and exact zeros, are common. */
function coarse(bench: Bench, count: number): Float32Array {
  return bench.numbers(count).map((value) => Math.round(2 * value) / 2);
}

function poolCheck(tiles: TilesName, F: number, HP: number, WP: number, N: number): Check {
  const name = `max_pool ${F}×${2 * HP}×${2 * WP}×${N}`;
  return check(name, tiles, async (bench) => {
    const shape = { F, HP, WP, N };
    const x = coarse(bench, 4 * F * HP * WP * N).map((value) => Math.max(0, value));
    const maps = { channels: F, height: 2 * HP, width: 2 * WP, n: N };
    const input = await bench.tensor(x, maps);
    const layer = await maxPoolLayer(await bench.build(), input);
    await bench.run(layer.forward("train"));
    const y = await bench.read(layer.output.value, x.length / 4);
    const dy = bench.numbers(y.length);
    const dx = await bench.backward(layer, dy, x.length);
    return [
      compare("y", y, maxPool(x, shape)),
      compare("x gradient", dx, maxPoolGradient(x, dy, shape)),
    ];
  });
}

function maxoutCheck(tiles: TilesName, units: number, B: number): Check {
  return check(`maxout ${2 * units}×${B}`, tiles, async (bench) => {
    const x = coarse(bench, 2 * units * B);
    const input = await bench.tensor(x, { channels: 2 * units, n: B });
    const layer = await maxoutLayer(await bench.build(), input);
    await bench.run(layer.forward("train"));
    const y = await bench.read(layer.output.value, units * B);
    const dy = bench.numbers(y.length);
    const dx = await bench.backward(layer, dy, x.length);
    return [compare("y", y, maxout(x, B)), compare("x gradient", dx, maxoutGradient(x, dy, B))];
  });
}

function reluCheck(tiles: TilesName, count: number): Check {
  return check(`relu_gradient ${count}`, tiles, async (bench) => {
    const y = coarse(bench, count), dy = bench.numbers(count);
    const gradient = await bench.put(dy);
    const bindings = { y: await bench.put(y), dy: gradient };
    await bench.run([reluGradientDispatch(bench.tiles, "relu gradient", count, bindings)]);
    const dx = await bench.read(gradient, count);
    return [compare("x gradient", dx, reluGradient(y, dy))];
  });
}

export const POOLING: readonly Check[] = [
  poolCheck("software", 4, 20, 20, 16),
  poolCheck("gpu", 4, 4, 4, 80),
  poolCheck("small", 8, 1, 1, 48),
  poolCheck("small", 4, 3, 2, 20),
  maxoutCheck("software", 66, 16),
  maxoutCheck("gpu", 2, 3),
  maxoutCheck("small", 10, 1),
  maxoutCheck("small", 14, 5),
  reluCheck("software", 1000),
  reluCheck("gpu", 1),
  // More workgroups than one dimension of a grid may have.
  reluCheck("small", 140_001),
];
