/**
 * L-BFGS in float64: minimises a smooth function of a few to a few thousand variables from its
 * values and gradients (Nocedal and Wright, "Numerical Optimization", 2nd ed., algorithm 7.5).
 */

/** Returns the value at `x` and writes the gradient there; both arrays are as long as the start. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsOptions {
  /** Ends where no component of the gradient is larger. */
  gradientTolerance?: number;
  maxEvaluations?: number;
  /** Pairs of steps and gradient changes that describe the curvature. */
  memory?: number;
}

export interface Minimum {
  x: Float64Array;
  value: number;
  evaluations: number;
  /**
   * `gradient`: within the tolerance. `rounding`: float64 shows no lower value along the line of
   * search. `evaluations`: their limit came first.
   */
  end: "gradient" | "rounding" | "evaluations";
}

interface Point {
  x: Float64Array;
  value: number;
  gradient: Float64Array;
}
interface Pair {
  step: Float64Array;
  change: Float64Array;
  /** Their product. */
  curvature: number;
}

/** Sufficient decrease, and how much flatter the line has to be where a step ends (weak Wolfe). */
const DECREASE = 1e-4;
const FLATTER = 0.9;
/** Halvings and doublings of one step. */
const MAX_TRIALS = 60;

/**
 * Minimises `objective` from `start`.
 * @throws RangeError when the value or the gradient at the start is not finite
 */
export function minimise(
  objective: Objective,
  start: ArrayLike<number>,
  { gradientTolerance = 1e-9, maxEvaluations = 10_000, memory = 10 }: LbfgsOptions = {},
): Minimum {
  let evaluations = 0;
  const evaluate = (x: Float64Array): Point => {
    evaluations++;
    const gradient = new Float64Array(x.length);
    return { x, value: objective(x, gradient), gradient };
  };
  let point = evaluate(Float64Array.from(start));
  if (!isFinitePoint(point)) throw new RangeError("the objective is not finite at the start");
  const pairs: Pair[] = [];
  const ended = (end: Minimum["end"]) => ({ x: point.x, value: point.value, evaluations, end });
  while (largest(point.gradient) > gradientTolerance) {
    if (evaluations >= maxEvaluations) return ended("evaluations");
    const direction = descent(point.gradient, pairs);
    const next = search(evaluate, point, direction, maxEvaluations - evaluations);
    if (!next) {
      // Old curvature may mislead where the function bends; the gradient itself does not.
      if (pairs.splice(0).length > 0) continue;
      return ended(evaluations < maxEvaluations ? "rounding" : "evaluations");
    }
    const step = next.x.map((value, i) => value - point.x[i]);
    const change = next.gradient.map((value, i) => value - point.gradient[i]);
    const curvature = dot(step, change);
    if (curvature > Number.EPSILON * dot(change, change)) {
      pairs.push({ step, change, curvature });
      if (pairs.length > memory) pairs.shift();
    }
    point = next;
  }
  return ended("gradient");
}

/** Minus the inverse Hessian, as the pairs describe it, times the gradient: two loops over them. */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map((value) => -value);
  const along: number[] = [];
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { step, change, curvature } = pairs[k];
    along[k] = dot(step, direction) / curvature;
    add(direction, -along[k], change);
  }
  const last = pairs.at(-1);
  // Nothing is known of the scale before the first step: go no further than 1.
  const scale = last
    ? last.curvature / dot(last.change, last.change)
    : Math.min(1, 1 / Math.sqrt(dot(gradient, gradient)));
  for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  pairs.forEach(({ step, change, curvature }, k) =>
    add(direction, along[k] - dot(change, direction) / curvature, step)
  );
  return direction;
}

/**
 * A point down the direction that is lower and flatter enough, found by doubling and halving; none
 * when rounding hides it.
 */
function search(
  evaluate: (x: Float64Array) => Point,
  from: Point,
  direction: Float64Array,
  evaluationsLeft: number,
): Point | undefined {
  const slope = dot(from.gradient, direction);
  if (!(slope < 0)) return undefined;
  let [low, high, length] = [0, Infinity, 1];
  let lowest: Point | undefined;
  for (let trial = 0; trial < Math.min(MAX_TRIALS, evaluationsLeft); trial++) {
    const x = from.x.map((value, i) => value + length * direction[i]);
    const point = evaluate(x);
    if (!isFinitePoint(point) || point.value > from.value + DECREASE * length * slope) {
      high = length;
    } else {
      if (!lowest || point.value < lowest.value) lowest = point;
      if (dot(point.gradient, direction) >= FLATTER * slope) return point;
      low = length;
    }
    length = high === Infinity ? 2 * low : (low + high) / 2;
  }
  return lowest && lowest.value < from.value ? lowest : undefined;
}

function isFinitePoint({ value, gradient }: Point): boolean {
  return Number.isFinite(value) && gradient.every(Number.isFinite);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function add(to: Float64Array, factor: number, vector: Float64Array) {
  for (let i = 0; i < to.length; i++) to[i] += factor * vector[i];
}

function largest(vector: Float64Array): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
