/** Assertions on arrays of numbers. */
import assert from "node:assert/strict";
import { type Tolerance, worstDeviation } from "../lib/compare.ts";

/** Asserts |actual − expected| ≤ absolute + relative · |expected| for every element. */
export function assertAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
  name = "array",
) {
  assert.equal(actual.length, expected.length, `${name}: length`);
  const { index, difference, excess } = worstDeviation(actual, expected, tolerance);
  if (excess > 1) {
    assert.fail(
      `${name}[${index}] = ${actual[index]}, expected ${expected[index]}: ` +
        `off by ${difference}, ${excess.toPrecision(3)} times what is allowed`,
    );
  }
}
