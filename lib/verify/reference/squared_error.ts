/** The float64 reference of `kernels/galaxy/squared_error.wgsl`. */

/** y, target (B, 37) → the mean of the squares over all elements. */
export function squaredError(y: ArrayLike<number>, target: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < y.length; at++) sum += (y[at] - target[at]) ** 2;
  return sum / y.length;
}

/** y, target (B, 37) → dy. */
export function squaredErrorGradient(
  y: ArrayLike<number>,
  target: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(y, (value, at) => 2 * (value - target[at]) / y.length);
}
