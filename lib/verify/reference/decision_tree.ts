/**
 * The float64 reference of `kernels/galaxy/decision_tree*.wgsl`: the output layer as docs/network.md §6
 * tells it, six scalings in order and in place. Ranges and factors are written out here, apart from
 * `lib/galaxy/questions.ts`, so that a slip there cannot hide here.
 */
const ANSWERS = 37;
const EPSILON = 1e-12;
/** First and last answer of each question. */
const GROUPS = [
  [0, 2],
  [3, 4],
  [5, 6],
  [7, 8],
  [9, 12],
  [13, 14],
  [15, 17],
  [18, 24],
  [25, 27],
  [28, 30],
  [31, 36],
] as const;
/** Steps I to VI: first and last answer multiplied, and by which answer. */
const SCALINGS = [[3, 4, 1], [5, 12, 4], [15, 17, 0], [18, 24, 13], [25, 27, 3], [28, 36, 7]];

/** Numbers of one example. */
type Row = number[];

function range([first, last]: readonly number[]): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Each answer's rectified output over the sum of its question, and those sums. */
function fractions(z: Row): { a: Row; total: Row } {
  const a: Row = [], total: Row = [];
  for (const group of GROUPS) {
    const sum = range(group).reduce((rest, i) => rest + Math.max(z[i], 0), EPSILON);
    for (const i of range(group)) {
      total[i] = sum;
      a[i] = Math.max(z[i], 0) / sum;
    }
  }
  return { a, total };
}

function answersOf(z: Row): Row {
  const y = [...fractions(z).a];
  for (const [first, last, by] of SCALINGS) {
    for (const i of range([first, last])) y[i] *= y[by];
  }
  return y;
}

/** The gradient of one example; with `sign` 1 instead of −1, the size of what it is made of. */
function gradientOf(z: Row, dy: Row, sign: number): Row {
  const { a, total } = fractions(z);
  const y = answersOf(z);
  const da = [...dy];
  for (const [first, last, by] of SCALINGS.toReversed()) {
    for (const i of range([first, last])) {
      da[by] += da[i] * a[i];
      da[i] *= y[by];
    }
  }
  const dz: Row = [];
  for (const group of GROUPS) {
    const along = range(group).reduce((sum, i) => sum + da[i] * a[i], 0);
    for (const i of range(group)) dz[i] = z[i] >= 0 ? (da[i] + sign * along) / total[i] : 0;
  }
  return dz;
}

/** Example b of an array (37 or more, B). */
function column(values: ArrayLike<number>, b: number, B: number): Row {
  return Array.from({ length: ANSWERS }, (_, i) => values[i * B + b]);
}

/** Example b of an array (B, 37). */
function row(values: ArrayLike<number>, b: number): Row {
  return Array.from({ length: ANSWERS }, (_, i) => values[b * ANSWERS + i]);
}

/** z (≥ 37, B) → y (B, 37). */
export function decisionTree(z: ArrayLike<number>, B: number): Float64Array {
  const y = new Float64Array(B * ANSWERS);
  for (let b = 0; b < B; b++) y.set(answersOf(column(z, b, B)), b * ANSWERS);
  return y;
}

/** z (≥ 37, B), dy (B, 37) → dz, as long as z. */
export function decisionTreeGradient(
  z: ArrayLike<number>,
  dy: ArrayLike<number>,
  B: number,
): Float64Array {
  return gradients(z, B, (b) => gradientOf(column(z, b, B), row(dy, b), -1));
}

/** The sums of magnitudes behind `decisionTreeGradient`: what its rounding is relative to. */
export function decisionTreeGradientSize(
  z: ArrayLike<number>,
  dy: ArrayLike<number>,
  B: number,
): Float64Array {
  return gradients(z, B, (b) => gradientOf(column(z, b, B), row(dy, b).map(Math.abs), 1));
}

/** The warm-up's output: clipped to [0, 1]. z (≥ 37, B) → y (B, 37). */
export function clipped(z: ArrayLike<number>, B: number): Float64Array {
  const y = new Float64Array(B * ANSWERS);
  for (let b = 0; b < B; b++) {
    y.set(column(z, b, B).map((value) => Math.min(Math.max(value, 0), 1)), b * ANSWERS);
  }
  return y;
}

/** z (≥ 37, B), dy (B, 37) → dz: nothing passes outside, or on the borders, of [0, 1]. */
export function clippedGradient(
  z: ArrayLike<number>,
  dy: ArrayLike<number>,
  B: number,
): Float64Array {
  return gradients(z, B, (b) => {
    const error = row(dy, b);
    return column(z, b, B).map((value, i) => value > 0 && value < 1 ? error[i] : 0);
  });
}

function gradients(z: ArrayLike<number>, B: number, example: (b: number) => Row): Float64Array {
  const dz = new Float64Array(z.length);
  for (let b = 0; b < B; b++) example(b).forEach((value, i) => dz[i * B + b] = value);
  return dz;
}
