/** The float64 reference of ReLU, in `conv2d/forward`, `dense/output` and `pointwise/relu_gradient`. */

/** y = max(0, x) */
export function relu(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value) => Math.max(0, value));
}

/** y, dy → dx: the gradient passes where the output is positive. */
export function reluGradient(y: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  return Float64Array.from(dy, (value, at) => y[at] > 0 ? value : 0);
}
