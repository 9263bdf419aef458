/** The float64 reference of `kernels/pointwise/maxout*.wgsl`. */

/** x (2·UNITS, B) → y (UNITS, B), the larger of units 2u and 2u + 1. */
export function maxout(x: ArrayLike<number>, B: number): Float64Array {
  const y = new Float64Array(x.length / 2);
  for (let u = 0; u < y.length / B; u++) {
    for (let b = 0; b < B; b++) {
      y[u * B + b] = Math.max(x[2 * u * B + b], x[(2 * u + 1) * B + b]);
    }
  }
  return y;
}

/** x (2·UNITS, B), dy (UNITS, B) → dx: every unit that equals the maximum gets the gradient. */
export function maxoutGradient(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  B: number,
): Float64Array {
  const y = maxout(x, B);
  return Float64Array.from(x, (value, at) => {
    const unit = Math.floor(at / B), b = at % B;
    const out = Math.floor(unit / 2) * B + b;
    return value === y[out] ? dy[out] : 0;
  });
}
