/** One prediction of several networks. */
import { QUESTIONS } from "../galaxy/questions.ts";
import { NOBODY } from "../library/look_means.ts";
import type { Prediction } from "../library/prediction.ts";

/**
 * The mean of predictions for one galaxy: of the shares of all volunteers; fractions of those who are asked
 * follow from these. The spread is the standard deviation over all looks of all networks,
 * √(mean of (spread² + fraction²) − (mean fraction)²), so it has both in it: how much a network's looks
 * differ, and how much the networks do (docs/classify.md §4).
 */
export function averaged(predictions: readonly Prediction[]): Prediction {
  if (predictions.length === 1) return predictions[0];
  return QUESTIONS.flatMap(({ answers, first }) => {
    const shares = answers.map((_, k) => meanOf(predictions.map((one) => one[first + k].fraction)));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share, k) => {
      const all = predictions.map((one) => one[first + k]);
      return {
        ...all[0],
        fraction: share,
        ofAsked: total >= NOBODY ? Math.min(1, share / total) : NaN,
        spread: spreadOf(all.filter(({ ofAsked }) => !Number.isNaN(ofAsked))),
      };
    });
  });
}

function spreadOf(all: readonly { readonly ofAsked: number; readonly spread: number }[]): number {
  if (all.length === 0) return 0;
  const mean = meanOf(all.map(({ ofAsked }) => ofAsked));
  return Math.sqrt(meanOf(all.map(({ ofAsked, spread }) => spread ** 2 + (ofAsked - mean) ** 2)));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
