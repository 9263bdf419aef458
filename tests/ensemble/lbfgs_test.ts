import assert from "node:assert/strict";
import { minimise, type Objective } from "../../lib/ensemble/lbfgs.ts";
import { assertAllClose } from "../assert.ts";

const EXACT = { absolute: 1e-7, relative: 0 };

/** Σ 100 (x_{2k+1} − x_{2k}²)² + (1 − x_{2k})², least at (1, 1, …). */
const rosenbrock: Objective = (x, gradient) => {
  let value = 0;
  for (let i = 0; i < x.length; i += 2) {
    const bend = x[i + 1] - x[i] ** 2;
    const rest = 1 - x[i];
    value += 100 * bend ** 2 + rest ** 2;
    gradient[i] = -400 * x[i] * bend - 2 * rest;
    gradient[i + 1] = 200 * bend;
  }
  return value;
};

Deno.test("the minimum of Rosenbrock's valley is found, in 2 and in 100 dimensions", () => {
  for (const size of [2, 100]) {
    const start = Array.from({ length: size }, (_, i) => i % 2 ? 1 : -1.2 - i / size);
    const { x, value, end, evaluations } = minimise(rosenbrock, start);
    assert.equal(end, "gradient");
    assertAllClose(x, new Float64Array(size).fill(1), EXACT);
    assert.ok(value < 1e-15 && evaluations < 300, `${value} after ${evaluations}`);
  }
});

Deno.test("the minimum of Beale's function is found", () => {
  const beale: Objective = ([x, y], gradient) => {
    let value = 0;
    gradient.fill(0);
    [1.5, 2.25, 2.625].forEach((constant, k) => {
      const rest = constant - x + x * y ** (k + 1);
      value += rest ** 2;
      gradient[0] += 2 * rest * (y ** (k + 1) - 1);
      gradient[1] += 2 * rest * x * (k + 1) * y ** k;
    });
    return value;
  };
  assertAllClose(minimise(beale, [1, 1]).x, [3, 0.5], EXACT);
});

Deno.test("a quadratic whose curvatures differ by a million is solved", () => {
  const size = 30;
  const scale = (i: number) => 10 ** (6 * i / (size - 1));
  const { x, end } = minimise((x, gradient) => {
    let value = 0;
    for (let i = 0; i < size; i++) {
      const rest = x[i] - i;
      value += 0.5 * scale(i) * rest ** 2;
      gradient[i] = scale(i) * rest;
    }
    return value;
  }, new Float64Array(size));
  assert.notEqual(end, "evaluations");
  assertAllClose(x, Array.from({ length: size }, (_, i) => i), EXACT);
});

Deno.test("a search that steps out of the function's domain comes back", () => {
  // Least at x = 1; without a value where x ≤ 0.
  const { x } = minimise(([x], gradient) => {
    gradient[0] = 1 - 1 / x;
    return x - Math.log(x);
  }, [30]);
  assertAllClose(x, [1], EXACT);
});

Deno.test("a start at the minimum is returned at once", () => {
  const found = minimise(rosenbrock, [1, 1]);
  assert.deepEqual(found, { x: Float64Array.of(1, 1), value: 0, evaluations: 1, end: "gradient" });
});

Deno.test("the limit of evaluations is kept, and what was found by then returned", () => {
  const whole = minimise(rosenbrock, [-1.2, 1]);
  for (let maxEvaluations = 1; maxEvaluations < whole.evaluations; maxEvaluations++) {
    const found = minimise(rosenbrock, [-1.2, 1], { maxEvaluations });
    assert.equal(found.end, "evaluations");
    assert.ok(found.evaluations <= maxEvaluations);
    assert.equal(found.value, rosenbrock(found.x, new Float64Array(2)));
  }
});

Deno.test("a tolerance that float64 cannot reach ends in rounding, at the minimum", () => {
  const { x, end } = minimise(
    ([x], gradient) => {
      gradient[0] = 2 * (x - 1 / 3);
      return 1 + (x - 1 / 3) ** 2;
    },
    [5],
    { gradientTolerance: -1 },
  );
  assert.equal(end, "rounding");
  assertAllClose(x, [1 / 3], EXACT);
});

Deno.test("an objective that is not finite at the start is refused", () => {
  const broken = () => NaN;
  assert.throws(() => minimise(broken, [0]), /RangeError: .*not finite at the start/);
});
