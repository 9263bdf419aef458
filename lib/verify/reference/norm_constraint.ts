/** The float64 reference of the norm constraint in `kernels/pointwise/` (docs/network.md §10). */

/** w (K, O), each column scaled so that its root mean square is at most `maxNorm`. */
export function constrainNorms(
  w: ArrayLike<number>,
  { K, O }: { K: number; O: number },
  maxNorm: number,
): Float64Array {
  const result = Float64Array.from(w);
  for (let o = 0; o < O; o++) {
    let squares = 0;
    for (let k = 0; k < K; k++) squares += w[k * O + o] ** 2;
    const norm = Math.sqrt(squares / K);
    for (let k = 0; k < K; k++) result[k * O + o] *= Math.min(maxNorm / norm, 1);
  }
  return result;
}
