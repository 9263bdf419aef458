/**
 * Blends of several models' predictions (docs/workflow.md §5).
 *
 * The weights of a blend sum to 1, so its error is the same blend of the models' errors, and its mean
 * square is pᵀCp, where C holds the mean products of two models' errors. All fits, scores and
 * cross-validations need only one such matrix of models × models for each of the 37 answers (and
 * fold); the predictions themselves are read once.
 */
import { minimise, type Minimum } from "./lbfgs.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { Random } from "../random.ts";

/** One weight per model for each answer: (37, models); the weights of an answer sum to 1. */
export type Weights = readonly Float64Array[];

export const BLENDS = ["uniform", "weighted", "per answer"] as const;
export type Blend = typeof BLENDS[number];

/** Standard deviation of the random starts, and what is left of the gradient, relative to the error. */
const START_DEVIATION = 0.01;
const TOLERANCE = 1e-9;
/** As the original's. */
const MAX_EVALUATIONS = 10_000;

/** Products of errors, summed over galaxies: all that blending needs to know of predictions. */
export class ErrorProducts {
  /** For each answer (models, models): Σ (X_a − t)(X_b − t). */
  readonly sums: readonly Float64Array[];

  constructor(readonly models: number, public galaxies = 0) {
    this.sums = Array.from({ length: ANSWER_COUNT }, () => new Float64Array(models * models));
  }

  /**
   * Of galaxies with known labels.
   * @param predictions for each model (galaxies, 37)
   * @param labels (galaxies, 37)
   * @param rows the galaxies to take (default: all)
   */
  static of(
    predictions: readonly ArrayLike<number>[],
    labels: ArrayLike<number>,
    rows: Iterable<number> = Array(labels.length / ANSWER_COUNT).keys(),
  ): ErrorProducts {
    const models = predictions.length;
    const products = new ErrorProducts(models);
    const errors = new Float64Array(models);
    for (const row of rows) {
      products.galaxies++;
      for (let answer = 0; answer < ANSWER_COUNT; answer++) {
        const index = row * ANSWER_COUNT + answer;
        for (let a = 0; a < models; a++) errors[a] = predictions[a][index] - labels[index];
        const sums = products.sums[answer];
        for (let a = 0; a < models; a++) {
          for (let b = 0; b <= a; b++) sums[a * models + b] += errors[a] * errors[b];
        }
      }
    }
    for (const sums of products.sums) mirror(sums, models);
    return products;
  }

  /** Of the galaxies of all parts together. */
  static total(parts: readonly ErrorProducts[]): ErrorProducts {
    const total = new ErrorProducts(parts[0].models);
    for (const part of parts) {
      total.galaxies += part.galaxies;
      total.sums.forEach((sums, answer) => addTo(sums, part.sums[answer]));
    }
    return total;
  }

  /** Sum of the squared errors of a blend over all galaxies and answers. */
  squaredError(weights: Weights): number {
    return this.sums.reduce((sum, sums, answer) => sum + quadratic(sums, weights[answer]), 0);
  }

  /** Root mean square error of a blend over all galaxies and answers. */
  rmse(weights: Weights): number {
    // Rounding may leave less than nothing of a perfect blend.
    return Math.sqrt(Math.max(0, this.squaredError(weights)) / (this.galaxies * ANSWER_COUNT));
  }
}

function mirror(matrix: Float64Array, size: number) {
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < a; b++) matrix[b * size + a] = matrix[a * size + b];
  }
}

function addTo(sum: Float64Array, part: Float64Array) {
  for (let i = 0; i < sum.length; i++) sum[i] += part[i];
}

/** pᵀCp */
function quadratic(matrix: Float64Array, p: Float64Array): number {
  let sum = 0;
  for (let a = 0; a < p.length; a++) {
    let row = 0;
    for (let b = 0; b < p.length; b++) row += matrix[a * p.length + b] * p[b];
    sum += p[a] * row;
  }
  return sum;
}

/** The same weights for every answer. */
export function sameForAll(weights: Float64Array): Weights {
  return Array<Float64Array>(ANSWER_COUNT).fill(weights);
}

/** Every model counts the same. */
export function uniformWeights(models: number): Weights {
  return sameForAll(new Float64Array(models).fill(1 / models));
}

/** Only one model counts. */
export function singleWeights(models: number, model: number): Weights {
  return sameForAll(Float64Array.from({ length: models }, (_, m) => m === model ? 1 : 0));
}

/** Every model but one counts the same. */
export function withoutModel(models: number, model: number): Weights {
  const share = 1 / (models - 1);
  return sameForAll(Float64Array.from({ length: models }, (_, m) => m === model ? 0 : share));
}

/**
 * The weights of a blend that make the mean square error least. `weighted` has one weight for each
 * model, `per answer` one for each model and answer (the paper calls it "per question"; the original
 * program fits the 37 answers). Non-negative and with sum 1, as softmax makes them.
 * @param seed of the starts, N(0, 0.01²)
 */
export function fitBlend(blend: Blend, products: ErrorProducts, seed: number): Weights {
  const { models } = products;
  if (blend === "uniform") return uniformWeights(models);
  const start = (answer: number) => {
    const random = new Random(seed, "blend", answer);
    return Float64Array.from({ length: models }, () => random.normal(0, START_DEVIATION));
  };
  if (blend === "per answer") {
    // The 37 problems share no weights: apart, each is small and has its own curvature.
    return products.sums.map((sums, answer) => leastWeights(sums, start(answer)));
  }
  const sums = new Float64Array(models * models);
  for (const part of products.sums) addTo(sums, part);
  return sameForAll(leastWeights(sums, start(ANSWER_COUNT)));
}

/** softmax(w) for the w that makes softmax(w)ᵀ C softmax(w) least. */
function leastWeights(products: Float64Array, start: Float64Array): Float64Array {
  const scale = quadratic(products, softmax(start));
  if (!(scale > 0)) return softmax(start);
  const matrix = products.map((product) => product / scale);
  const fit: Minimum = minimise((w, gradient) => blendLoss(matrix, w, gradient), start, {
    gradientTolerance: TOLERANCE,
    maxEvaluations: MAX_EVALUATIONS,
  });
  return softmax(fit.x);
}

/**
 * f = pᵀCp with p = softmax(w), and its gradient: with g = 2Cp, ∂f/∂w = p ⊙ (g − p·g) and p·g = 2f.
 * @param matrix C, symmetric (models, models)
 */
export function blendLoss(matrix: Float64Array, w: Float64Array, gradient: Float64Array): number {
  const size = w.length;
  const p = softmax(w);
  let value = 0;
  for (let a = 0; a < size; a++) {
    let row = 0;
    for (let b = 0; b < size; b++) row += matrix[a * size + b] * p[b];
    gradient[a] = 2 * row;
    value += p[a] * row;
  }
  for (let a = 0; a < size; a++) gradient[a] = p[a] * (gradient[a] - 2 * value);
  return value;
}

/** Positive numbers with sum 1, in proportion to exp(w). */
export function softmax(w: Float64Array): Float64Array {
  const most = w.reduce((a, b) => Math.max(a, b), -Infinity);
  const powers = w.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((value) => value / sum);
}

/**
 * The galaxies 0 … `count` − 1 in `folds` random groups whose sizes differ by at most one.
 * @param folds at most `count`
 */
export function makeFolds(count: number, folds: number, seed: number): number[][] {
  const order = new Random(seed, "blend").permutation(count);
  const groups: number[][] = Array.from({ length: folds }, () => []);
  order.forEach((galaxy, place) => groups[place % folds].push(galaxy));
  return groups;
}

/**
 * RMSE of a blend on galaxies that its weights have not seen: each fold is scored with the weights
 * that the other folds give.
 * @param parts products of each fold; two or more
 */
export function crossValidatedRmse(
  blend: Blend,
  parts: readonly ErrorProducts[],
  seed: number,
): number {
  let squared = 0;
  let galaxies = 0;
  for (const part of parts) {
    const others = ErrorProducts.total(parts.filter((other) => other !== part));
    squared += part.squaredError(fitBlend(blend, others, seed));
    galaxies += part.galaxies;
  }
  return Math.sqrt(Math.max(0, squared) / (galaxies * ANSWER_COUNT));
}

/**
 * The blend of predictions, summed in float64.
 * @param predictions for each model (galaxies, 37)
 * @returns (galaxies, 37)
 */
export function applyBlend(
  weights: Weights,
  predictions: readonly ArrayLike<number>[],
): Float32Array<ArrayBuffer> {
  const blended = new Float32Array(predictions[0].length);
  for (let i = 0; i < blended.length; i++) {
    const p = weights[i % ANSWER_COUNT];
    let sum = 0;
    for (let model = 0; model < predictions.length; model++) {
      sum += p[model] * predictions[model][i];
    }
    blended[i] = sum;
  }
  return blended;
}
