/** The float64 reference of `kernels/dense/`: the whole matrix at once, no panels, no splits. */
import type { DenseShape } from "../../nn/dense/shape.ts";

type Numbers = ArrayLike<number>;

/** x (K, B), w (K, O), b (O) → y (O, B), before any ReLU. */
export function dense(x: Numbers, w: Numbers, b: Numbers, { K, O, B }: DenseShape): Float64Array {
  const y = new Float64Array(O * B);
  for (let o = 0; o < O; o++) {
    for (let n = 0; n < B; n++) {
      y[o * B + n] = b[o];
      for (let k = 0; k < K; k++) y[o * B + n] += x[k * B + n] * w[k * O + o];
    }
  }
  return y;
}

/** dy (O, B), w (K, O) → dx (K, B). */
export function denseInputGradient(
  dy: Numbers,
  w: Numbers,
  { K, O, B }: DenseShape,
): Float64Array {
  const dx = new Float64Array(K * B);
  for (let k = 0; k < K; k++) {
    for (let n = 0; n < B; n++) {
      for (let o = 0; o < O; o++) dx[k * B + n] += w[k * O + o] * dy[o * B + n];
    }
  }
  return dx;
}

/** x (K, B), dy (O, B) → dw (K, O). */
export function denseWeightGradient(
  x: Numbers,
  dy: Numbers,
  { K, O, B }: DenseShape,
): Float64Array {
  const dw = new Float64Array(K * O);
  for (let k = 0; k < K; k++) {
    for (let o = 0; o < O; o++) {
      for (let n = 0; n < B; n++) dw[k * O + o] += x[k * B + n] * dy[o * B + n];
    }
  }
  return dw;
}
