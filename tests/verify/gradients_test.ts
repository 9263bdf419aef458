/**
 * The twins' gradients against central differences of their own forward formulas, in float64: what
 * the kernels are held to is the derivative, and not only the same slip twice.
 */
import { Random } from "../../lib/random.ts";
import { assertAllClose } from "../assert.ts";
import * as conv from "../../lib/verify/reference/conv2d.ts";
import * as tree from "../../lib/verify/reference/decision_tree.ts";
import * as dense from "../../lib/verify/reference/dense.ts";
import { maxout, maxoutGradient } from "../../lib/verify/reference/maxout.ts";
import { maxPool, maxPoolGradient } from "../../lib/verify/reference/max_pool.ts";
import { merge, mergeGradient } from "../../lib/verify/reference/merge.ts";
import { relu, reluGradient } from "../../lib/verify/reference/relu.ts";
import { squaredError, squaredErrorGradient } from "../../lib/verify/reference/squared_error.ts";

/** Half the distance of the two points of a difference. */
const STEP = 1e-5;
/** Differences of sums of about 1 in float64 have errors of about 1e-16 / STEP. */
const TOLERANCE = { absolute: 1e-9, relative: 1e-7 };

/** Random numbers, uniform on [low, 1). */
function numbers(count: number, seed: number, low = -1): Float64Array {
  const random = new Random(seed, "test");
  return Float64Array.from({ length: count }, () => random.uniform(low, 1));
}

/**
 * Asserts that `gradient` is the derivative with respect to x of Σ dy · forward(x).
 * @param dy any numbers, as many as there are outputs
 */
function assertDerivative(
  gradient: ArrayLike<number>,
  x: Float64Array,
  dy: ArrayLike<number>,
  forward: (x: Float64Array) => ArrayLike<number>,
) {
  const along = (x: Float64Array) =>
    Array.from(forward(x)).reduce((sum, y, at) => sum + dy[at] * y, 0);
  const differences = x.map((value, at) => {
    const moved = (by: number) => x.with(at, value + by);
    return (along(moved(STEP)) - along(moved(-STEP))) / (2 * STEP);
  });
  assertAllClose(gradient, differences, TOLERANCE, "gradient");
}

Deno.test("the convolution's gradients are its derivatives", () => {
  const shape = { C: 2, H: 5, W: 4, K: 3, F: 3, N: 2 };
  const x = numbers(80, 1), w = numbers(54, 2), b = numbers(18, 3), dy = numbers(36, 4);
  assertDerivative(
    conv.conv2dInputGradient(dy, w, shape),
    x,
    dy,
    (x) => conv.conv2d(x, w, b, shape),
  );
  assertDerivative(
    conv.conv2dWeightGradient(x, dy, shape),
    w,
    dy,
    (w) => conv.conv2d(x, w, b, shape),
  );
  assertDerivative(conv.biasGradient(dy, shape.N), b, dy, (b) => conv.conv2d(x, w, b, shape));
});

Deno.test("the dense layer's gradients are its derivatives", () => {
  const shape = { K: 7, O: 5, B: 3 };
  const x = numbers(21, 1), w = numbers(35, 2), b = numbers(5, 3), dy = numbers(15, 4);
  assertDerivative(
    dense.denseInputGradient(dy, w, shape),
    x,
    dy,
    (x) => dense.dense(x, w, b, shape),
  );
  assertDerivative(
    dense.denseWeightGradient(x, dy, shape),
    w,
    dy,
    (w) => dense.dense(x, w, b, shape),
  );
  assertDerivative(conv.biasGradient(dy, shape.B), b, dy, (b) => dense.dense(x, w, b, shape));
});

Deno.test("the gradient of ReLU is its derivative", () => {
  const x = numbers(20, 1), dy = numbers(20, 2);
  assertDerivative(reluGradient(relu(x), dy), x, dy, relu);
});

Deno.test("the gradient of ReLU and max-pooling together is their derivative", () => {
  const shape = { F: 2, HP: 2, WP: 3, N: 2 };
  const x = numbers(96, 1), dy = numbers(24, 2);
  assertDerivative(maxPoolGradient(relu(x), dy, shape), x, dy, (x) => maxPool(relu(x), shape));
});

Deno.test("the gradient of maxout is its derivative", () => {
  const x = numbers(24, 1), dy = numbers(12, 2);
  assertDerivative(maxoutGradient(x, dy, 3), x, dy, (x) => maxout(x, 3));
});

Deno.test("the gradient of merging is its derivative", () => {
  const x = numbers(96, 1), dy = numbers(96, 2);
  assertDerivative(mergeGradient(dy, 3, 2), x, dy, (x) => merge(x, 3, 2));
});

Deno.test("the decision tree's gradient is its derivative, where answers are closed too", () => {
  const dy = numbers(3 * 37, 2);
  for (const low of [-1, 0.1]) {
    const z = numbers(3 * 37, 1, low);
    assertDerivative(tree.decisionTreeGradient(z, dy, 3), z, dy, (z) => tree.decisionTree(z, 3));
  }
});

Deno.test("the warm-up output's gradient is its derivative", () => {
  const z = numbers(2 * 37, 1).map((value) => 2 * value), dy = numbers(2 * 37, 2);
  assertDerivative(tree.clippedGradient(z, dy, 2), z, dy, (z) => tree.clipped(z, 2));
});

Deno.test("the squared error's gradient is its derivative", () => {
  const y = numbers(2 * 37, 1), target = numbers(2 * 37, 2);
  assertDerivative(squaredErrorGradient(y, target), y, [1], (y) => [squaredError(y, target)]);
});
