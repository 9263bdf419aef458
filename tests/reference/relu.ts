/** The float64 twin of the ReLU in `conv2d.wgsl` and `dense_output.wgsl` and of `relu_gradient.wgsl`. */

/** y = max(0, x) */
export function relu(x: ArrayLike<number>): Float64Array {
  return Float64Array.from(x, (value) => Math.max(0, value));
}

/** y, dy → dx: the gradient passes where the output is positive. */
export function reluGradient(y: ArrayLike<number>, dy: ArrayLike<number>): Float64Array {
  return Float64Array.from(dy, (value, at) => y[at] > 0 ? value : 0);
}
