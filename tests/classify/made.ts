/** Predictions for tests. */
import { QUESTIONS } from "../../lib/galaxy/questions.ts";
import { LookMeans } from "../../lib/library/look_means.ts";
import type { Prediction } from "../../lib/library/prediction.ts";

/** Shares of those who are asked; what is not named is shared evenly. As `{ "1.2": 0.9, "2.2": 0.8 }`. */
export type Given = Readonly<Record<string, number>>;

/** 37 shares of all volunteers, through the tree. */
export function shares(given: Given): Float32Array {
  const all = new Float32Array(37);
  for (const { number, answers, first, parent } of QUESTIONS) {
    const named = answers.map((_, k) => given[`${number}.${k + 1}`]);
    const rest = 1 - named.reduce<number>((sum, share) => sum + (share ?? 0), 0);
    const unnamed = named.filter((share) => share === undefined).length;
    const total = parent === null ? 1 : all[parent];
    named.forEach((share, k) => all[first + k] = total * (share ?? rest / unnamed));
  }
  return all;
}

/** The prediction of looks that saw these. */
export function predictionOf(...looks: readonly Given[]): Prediction {
  const means = new LookMeans();
  for (const look of looks) means.add(shares(look));
  return means.prediction();
}
