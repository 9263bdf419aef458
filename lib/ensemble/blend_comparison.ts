/** How good models are, alone and blended. */
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import {
  type Blend,
  BLENDS,
  crossValidatedRmse,
  ErrorProducts,
  fitBlend,
  makeFolds,
  singleWeights,
  uniformWeights,
  type Weights,
  withoutModel,
} from "./blend.ts";

export interface BlendedModel {
  name: string;
  /** On all validation galaxies. */
  rmse: number;
  /** RMSE of the uniform blend of the other models minus that of all; none where it is alone. */
  change: number | undefined;
}

export interface BlendResult {
  name: Blend;
  weights: Weights;
  /** On the galaxies that the weights are fitted to: optimistic for all but the uniform blend. */
  rmse: number;
  /** On galaxies that the weights have not seen. */
  crossValidatedRmse: number;
}

/** What is known of models and their blends, once they are fitted. */
export interface Comparison {
  /** In the order of the weights. */
  models: BlendedModel[];
  /** In the order of `BLENDS`. */
  blends: BlendResult[];
  /** RMSE of predicting the mean of the training labels for every validation galaxy. */
  baselineRmse: number;
  galaxies: { valid: number; test: number };
  folds: number;
  seed: number;
}

/**
 * Fits and scores the three blends, and scores each model alone and the uniform blend without it.
 * @param valid for each model (galaxies, 37)
 * @param labels (galaxies, 37)
 */
export function compareBlends(
  names: readonly string[],
  valid: readonly ArrayLike<number>[],
  labels: ArrayLike<number>,
  { folds, seed }: { folds: number; seed: number },
): Pick<Comparison, "models" | "blends"> {
  const parts = makeFolds(labels.length / ANSWER_COUNT, folds, seed)
    .map((rows) => ErrorProducts.of(valid, labels, rows));
  const all = ErrorProducts.total(parts);
  const count = names.length;
  const uniform = all.rmse(uniformWeights(count));
  return {
    models: names.map((name, model) => ({
      name,
      rmse: all.rmse(singleWeights(count, model)),
      change: count > 1 ? all.rmse(withoutModel(count, model)) - uniform : undefined,
    })),
    blends: BLENDS.map((name) => {
      const weights = fitBlend(name, all, seed);
      return {
        name,
        weights,
        rmse: all.rmse(weights),
        crossValidatedRmse: crossValidatedRmse(name, parts, seed),
      };
    }),
  };
}

/** A change of RMSE with its sign. */
export function signed(change: number): string {
  const size = Math.abs(change).toFixed(6);
  return Number(size) === 0 ? size : (change < 0 ? "−" : "+") + size;
}
