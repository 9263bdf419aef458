/** Comparing computed arrays with reference arrays. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

export interface Deviation {
  /** Index of the worst element, −1 where all are equal. */
  readonly index: number;
  /** |actual − expected| there. */
  readonly difference: number;
  /** The difference over what is allowed: absolute + relative · |expected|. At most 1 passes. */
  readonly excess: number;
}

/** The element of `actual` that is worst against `expected`; NaN is the worst of all. */
export function worstDeviation(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { absolute, relative }: Tolerance,
): Deviation {
  if (actual.length !== expected.length) {
    throw new RangeError(`${actual.length} values compared with ${expected.length}`);
  }
  let worst: Deviation = { index: -1, difference: 0, excess: 0 };
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(actual[index] - expected[index]);
    const excess = difference / (absolute + relative * Math.abs(expected[index]));
    if (Number.isNaN(excess)) return { index, difference, excess: Infinity };
    if (excess > worst.excess) worst = { index, difference, excess };
  }
  return worst;
}
