/** Checks of the output layer, the warm-up's and the error, at a later slot than the first. */
import {
  decisionTreeDispatch,
  decisionTreeGradientDispatch,
  squaredErrorDispatch,
} from "../../galaxy/decision_tree.ts";
import { ANSWER_COUNT, QUESTIONS } from "../../galaxy/questions.ts";
import * as twin from "../reference/decision_tree.ts";
import { squaredError, squaredErrorGradient } from "../reference/squared_error.ts";
import { type Bench, type Check, check, compare, type TilesName } from "./bench.ts";

const SLOT = 1;
const SLOTS = 3;
/** Rows of the raw outputs: 37 in fours. */
const STORED = 40;

/** One example's raw outputs at the corners of the formulas. */
const CORNERS: ((index: number, value: number) => number)[] = [
  // Mostly closed: questions with a single answer, or none.
  (_, value) => value - 0.6,
  // Every question dead.
  (_, value) => -Math.abs(value) - 0.1,
  // One answer of each question exactly zero, which passes a gradient.
  (index, value) => QUESTIONS.some(({ first }) => first === index) ? 0 : value,
  // Only zeros: nothing but ε in the denominators.
  () => 0,
  // The borders of the warm-up's clipping.
  (index) => index % 2,
  // A dead question 1 above living ones.
  (index, value) => index < 3 ? -1 : Math.abs(value),
];

/** Raw outputs (40, B); examples at the corners alternate with ordinary ones. */
function rawOutputs(bench: Bench, B: number): Float32Array {
  const z = bench.numbers(STORED * B).map((value) => 0.5 + 1.5 * value);
  for (let b = 1; b < B; b += 2) {
    const corner = CORNERS[(b - 1) / 2 % CORNERS.length];
    for (let i = 0; i < ANSWER_COUNT; i++) z[i * B + b] = corner(i, z[i * B + b]);
  }
  z.fill(0, ANSWER_COUNT * B);
  return z;
}

/** The values of a minibatch where its slot is, zeros in the other slots. */
function inSlot(values: ArrayLike<number>): Float64Array {
  const all = new Float64Array(SLOTS * values.length);
  all.set(values, SLOT * values.length);
  return all;
}

function treeCheck(tiles: TilesName, B: number, warmUp: boolean): Check {
  const name = `decision_tree${warmUp ? " in the warm-up" : ""}, batch ${B}`;
  return check(name, tiles, async (bench) => {
    const z = rawOutputs(bench, B), dy = bench.numbers(B * ANSWER_COUNT);
    const state = await bench.state({ slot: SLOT });
    const raw = await bench.put(z);
    const answers = await bench.space(SLOTS * dy.length);
    const gradient = await bench.space(z.length);
    const forward = { state, z: raw, y: answers };
    const backward = { ...forward, dy: await bench.put(dy), dz: gradient };
    await bench.run([
      decisionTreeDispatch(bench.tiles, { B, warmUp, bindings: forward }),
      decisionTreeGradientDispatch(bench.tiles, { B, warmUp, bindings: backward }),
    ]);
    const y = await bench.read(answers, SLOTS * dy.length);
    const dz = await bench.read(gradient, z.length);
    if (warmUp) {
      return [
        compare("y", y, inSlot(twin.clipped(z, B))),
        compare("z gradient", dz, twin.clippedGradient(z, dy, B)),
      ];
    }
    const size = twin.decisionTreeGradientSize(z, dy, B);
    return [
      compare("y", y, inSlot(twin.decisionTree(z, B))),
      compare("z gradient", dz, twin.decisionTreeGradient(z, dy, B), size),
    ];
  });
}

function errorCheck(tiles: TilesName, B: number): Check {
  return check(`squared_error, batch ${B}`, tiles, async (bench) => {
    const count = B * ANSWER_COUNT;
    const y = bench.numbers(SLOTS * count), target = bench.numbers(SLOTS * count);
    const state = await bench.state({ slot: SLOT, minibatch: 2 });
    const gradient = await bench.space(count), losses = await bench.space(4);
    const read = { y: await bench.put(y), labels: await bench.put(target) };
    const bindings = { state, ...read, dy: gradient, loss: losses };
    await bench.run([squaredErrorDispatch(bench.tiles, B, bindings)]);
    const now = (values: Float32Array) => values.subarray(SLOT * count, (SLOT + 1) * count);
    const loss = squaredError(now(y), now(target));
    return [
      compare("loss", await bench.read(losses, 4), [0, 0, loss, 0]),
      compare(
        "y gradient",
        await bench.read(gradient, count),
        squaredErrorGradient(now(y), now(target)),
      ),
    ];
  });
}

export const DECISION_TREE: readonly Check[] = [
  treeCheck("software", 16, false),
  treeCheck("gpu", 70, false),
  treeCheck("small", 1, false),
  treeCheck("small", 3, false),
  treeCheck("software", 16, true),
  treeCheck("gpu", 5, true),
  treeCheck("small", 1, true),
  errorCheck("software", 16),
  errorCheck("gpu", 3),
  errorCheck("small", 1),
];
