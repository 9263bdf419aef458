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
  training: Float32Array,
  validation: Float32Array,
  answers: number,
): number {
  const means = new Float64Array(answers);
  for (let i = 0; i < training.length; i++) means[i % answers] += training[i];
  const constant = validation.map((_, i) => means[i % answers] * answers / training.length);
  return rmse(constant, validation);
}
