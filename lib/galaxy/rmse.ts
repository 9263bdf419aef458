/** The measure of the competition. */

/** Root mean square error over all answers of the first `rows` rows (default: all). */
export function rmse(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  count = labels.length,
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += (predictions[i] - labels[i]) ** 2;
  return Math.sqrt(sum / count);
}

/** RMSE of predicting the mean labels of the training galaxies for every validation galaxy. */
export function baselineRmse(
  training: ArrayLike<number>,
  validation: ArrayLike<number>,
  answers: number,
): number {
  const means = new Float64Array(answers);
  for (let i = 0; i < training.length; i++) means[i % answers] += training[i];
  const constant = Float32Array.from(
    { length: validation.length },
    (_, i) => means[i % answers] * answers / training.length,
  );
  return rmse(constant, validation);
}

/** How good predictions of validation galaxies are. */
export interface Score {
  readonly validRmse: number;
  /** RMSE of predicting the mean labels of the training galaxies for them. */
  readonly meanRmse: number;
}

/** A share of the error of predicting the mean that is no better than that. */
const NO_BETTER = 0.99;

/** Whether a network might as well not look at the galaxies. */
export function noBetterThanMean({ validRmse, meanRmse }: Score): boolean {
  return validRmse > NO_BETTER * meanRmse;
}
