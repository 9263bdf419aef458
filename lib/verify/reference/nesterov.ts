/** The float64 reference of `kernels/shared/update.wgsl`, the formula of all updates. */

/** Parameters and velocities. */
export interface Moving {
  readonly value: ArrayLike<number>;
  readonly velocity: ArrayLike<number>;
}

/** v ← μ·v − η·g, then w ← w + μ·v − η·g with the new v (docs/network.md §9). */
export function nesterov(
  { value, velocity }: Moving,
  gradient: ArrayLike<number>,
  learningRate: number,
  momentum: number,
): { value: Float64Array; velocity: Float64Array } {
  const v = Float64Array.from(
    velocity,
    (old, at) => momentum * old - learningRate * gradient[at],
  );
  const w = Float64Array.from(
    value,
    (old, at) => old + momentum * v[at] - learningRate * gradient[at],
  );
  return { value: w, velocity: v };
}

/** The sum of the arrays of length `count` that stand one after another in `partial`. */
export function sumOfPartials(partial: ArrayLike<number>, count: number): Float64Array {
  const sum = new Float64Array(count);
  for (let at = 0; at < partial.length; at++) sum[at % count] += partial[at];
  return sum;
}
