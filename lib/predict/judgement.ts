/** Predictions that might as well not have looked at the galaxies, and what is said of them. */
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { baselineRmse, noBetterThanMean, type Score } from "../galaxy/rmse.ts";

/** What a network does that has not learnt anything yet. */
export const NO_BETTER_TEXT = "does no better than predicting the mean of the labels";

/** What a file of predictions tells of the network that made them; undefined where it does not. */
export function scoreOf(facts: Readonly<Record<string, string | number>>): Score | undefined {
  const { validRmse, meanRmse } = facts;
  if (typeof validRmse !== "number" || typeof meanRmse !== "number") return undefined;
  return { validRmse, meanRmse };
}

/**
 * The root mean square of how far answers are from their means is s. If that of the labels is σ, no
 * such answers have an RMSE below σ − s, and the mean has one of σ. Galaxy Zoo's σ is 0.16, so that
 * answers with an s below this are no better than the mean, whatever they are.
 */
const LEAST_SPREAD = 0.001;
/** Fewer galaxies may be alike by chance. */
const LEAST_GALAXIES = 100;

/**
 * What is wrong with a prediction that is no better than the mean, a sentence; undefined where it is
 * better, or nobody can know.
 * @param name what the prediction is called
 * @param answers (galaxies, 37)
 */
export function uselessText(
  name: string,
  facts: Readonly<Record<string, string | number>>,
  answers: ArrayLike<number>,
): string | undefined {
  const score = scoreOf(facts);
  if (score) return noBetterThanMean(score) ? noBetterText(name, score) : undefined;
  if (answers.length < LEAST_GALAXIES * ANSWER_COUNT) return undefined;
  const spread = baselineRmse(answers, answers, ANSWER_COUNT);
  if (spread >= LEAST_SPREAD) return undefined;
  return `${name} answers nearly the same for every galaxy (the answers are ${
    spread.toFixed(6)
  } from ` +
    "their means, volunteers' fractions 0.16): it is no better than always answering the mean";
}

/** A sentence on a prediction whose error on the validation galaxies is known. */
export function noBetterText(name: string, { validRmse, meanRmse }: Score): string {
  return `${name} ${NO_BETTER_TEXT}: its RMSE on the validation galaxies is ${
    validRmse.toFixed(5)
  }, that of the mean ${meanRmse.toFixed(5)}`;
}
