/** Checks of the updates from partial sums and from rows, and of the step to the next minibatch. */
import { advanceDispatch } from "../../galaxy/assembly.ts";
import type { Parameter } from "../../nn/layer.ts";
import { newParameter } from "../../nn/layer.ts";
import { updateBias, updateFromPartials } from "../../nn/optimiser.ts";
import { advance as advanced } from "../reference/advance.ts";
import { biasGradient } from "../reference/conv2d.ts";
import { sumOfPartials } from "../reference/nesterov.ts";
import {
  type Bench,
  type Check,
  check,
  compare,
  compareUpdate,
  LEARNING_RATE,
  randomise,
  sizes,
  type TilesName,
} from "./bench.ts";

/** A parameter that is stored as it is. */
async function plainParameter(bench: Bench, count: number): Promise<Parameter> {
  return await newParameter(await bench.build(), {
    name: "w",
    shape: [count],
    storedCount: count,
    initialisation: { constant: 0 },
    pack: (values) => values,
    unpack: (stored) => stored,
  });
}

function nesterovCheck(tiles: TilesName, count: number, partials: number): Check {
  return check(`nesterov ${count}, ${partials} partial sums`, tiles, async (bench) => {
    const before = randomise(bench, await plainParameter(bench, count));
    const partial = bench.numbers(partials * count);
    const build = await bench.build();
    const slice = await bench.put(partial);
    await bench.run([updateFromPartials(build, before.parameter, slice, partials)]);
    const size = sumOfPartials(sizes(partial), count);
    return await compareUpdate(bench, before, sumOfPartials(partial, count), size);
  });
}

function biasCheck(tiles: TilesName, count: number, n: number): Check {
  return check(`nesterov rows ${count}×${n}`, tiles, async (bench) => {
    const before = randomise(bench, await plainParameter(bench, count));
    const dy = bench.numbers(count * n);
    const slice = await bench.put(dy);
    await bench.run([updateBias(await bench.build(), before.parameter, slice, n)]);
    const size = biasGradient(sizes(dy), n);
    return await compareUpdate(bench, before, biasGradient(dy, n), size);
  });
}

const advanceCheck = check("advance", "software", async (bench) => {
  const state = { slot: 4, minibatch: 70_000, step: 2 ** 31 + 5, learningRate: LEARNING_RATE };
  const slice = await bench.state(state);
  await bench.run([advanceDispatch(slice)]);
  const floats = await bench.read(slice, 4);
  const [slot, minibatch, step] = new Uint32Array(floats.buffer);
  const next = advanced(state);
  return [
    compare("position", [slot, minibatch, step], [next.slot, next.minibatch, next.step], [0, 0, 0]),
    compare("learning rate", [floats[3]], [next.learningRate], [0]),
  ];
});

export const UPDATES: readonly Check[] = [
  nesterovCheck("software", 1000, 8),
  nesterovCheck("gpu", 129, 64),
  nesterovCheck("small", 1, 3),
  // More workgroups than one dimension of a grid may have.
  nesterovCheck("small", 140_001, 1),
  biasCheck("software", 37, 16),
  biasCheck("gpu", 130, 48),
  biasCheck("small", 140_001, 1),
  // Rows in fours, that are no multiple of what their invocations read together.
  biasCheck("small", 37, 4),
  biasCheck("gpu", 67, 340),
  // The longest sums over the batch that are not refused, in fours and not.
  biasCheck("software", 2, 65_535),
  biasCheck("gpu", 3, 65_532),
  advanceCheck,
];
