import assert from "node:assert/strict";
import { ANSWER_COUNT, QUESTIONS } from "../../lib/galaxy/questions.ts";
import { Random } from "../../lib/random.ts";
import { assertAllClose } from "../assert.ts";
import { DECISION_TREE } from "../../lib/verify/checks/decision_tree.ts";
import { testChecks } from "../gpu.ts";
import {
  clipped,
  clippedGradient,
  decisionTree,
  decisionTreeGradient,
} from "../../lib/verify/reference/decision_tree.ts";
import { squaredError } from "../../lib/verify/reference/squared_error.ts";

testChecks(DECISION_TREE);

const EXACT = { absolute: 1e-11, relative: 1e-11 };

/** The answers of raw outputs z as products of fractions, by the table of docs/network.md §6. */
function byTheTable(z: number[]): number[] {
  const a: number[] = [];
  for (const { first, answers } of QUESTIONS) {
    const raw = z.slice(first, first + answers.length).map((value) => Math.max(value, 0));
    const total = raw.reduce((sum, value) => sum + value, 0);
    a.push(...raw.map((value) => value / total));
  }
  return a.map((fraction, i) => {
    if (i <= 2 || i === 13 || i === 14) return fraction;
    if (i <= 4) return fraction * a[1];
    if (i <= 12) return fraction * a[4] * a[1];
    if (i <= 17) return fraction * a[0];
    if (i <= 24) return fraction * a[13];
    if (i <= 27) return fraction * a[3] * a[1];
    return fraction * a[7] * a[4] * a[1];
  });
}

Deno.test("the twin's answers are the products of the table in docs/network.md §6", () => {
  const random = new Random(3, "test");
  const z = Array.from({ length: ANSWER_COUNT }, () => random.uniform(-0.2, 1));
  assertAllClose(decisionTree(z, 1), byTheTable(z), EXACT);
});

Deno.test("answers of a question sum to the answer that leads to it", () => {
  const random = new Random(4, "test");
  const z = Array.from({ length: ANSWER_COUNT }, () => random.uniform(0.1, 1));
  const y = decisionTree(z, 1);
  for (const { first, answers, parent } of QUESTIONS) {
    const sum = y.slice(first, first + answers.length).reduce((rest, value) => rest + value, 0);
    assertAllClose([sum], [parent === null ? 1 : y[parent]], EXACT);
  }
});

Deno.test("a dead question answers zero and gets no gradient, but an exact zero does", () => {
  const z = new Float64Array(ANSWER_COUNT).fill(0.5);
  z.fill(-1, 15, 18);
  const dy = new Float64Array(ANSWER_COUNT).fill(1).map((value, i) => value + i);
  assert.deepEqual([...decisionTree(z, 1).slice(15, 18)], [0, 0, 0]);
  assert.deepEqual([...decisionTreeGradient(z, dy, 1).slice(15, 18)], [0, 0, 0]);
  z[13] = 0;
  assert.notEqual(decisionTreeGradient(z, dy, 1)[13], 0);
});

Deno.test("the warm-up clips without the tree, and its borders pass no gradient", () => {
  const z = new Float64Array(ANSWER_COUNT);
  z.set([-1, 0, 0.25, 1, 2]);
  assert.deepEqual([...clipped(z, 1).slice(0, 5)], [0, 0, 0.25, 1, 1]);
  const dy = new Float64Array(ANSWER_COUNT).fill(3);
  assert.deepEqual([...clippedGradient(z, dy, 1).slice(0, 5)], [0, 0, 3, 0, 0]);
});

Deno.test("the error is the mean over examples and answers", () => {
  const y = new Float64Array(2 * ANSWER_COUNT), target = new Float64Array(2 * ANSWER_COUNT);
  y[5] = 3;
  target[40] = -1;
  assert.equal(squaredError(y, target), 10 / 74);
});
