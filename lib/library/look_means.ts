/** Means over several looks at a galaxy, and how much these differ. */
import { ANSWER_COLUMNS, ANSWER_COUNT, QUESTIONS } from "../galaxy/questions.ts";
import type { Prediction } from "./prediction.ts";

/** Shares below this are rounding: such a question is asked of nobody. */
export const NOBODY = 1e-6;

/** Takes the 37 answers of each look. */
export class LookMeans {
  #looks = 0;
  readonly #sums = new Float64Array(ANSWER_COUNT);
  /** Of each question, the looks in which it is asked of somebody. */
  readonly #asked = QUESTIONS.map(() => 0);
  /** Of the shares of those who are asked: running means, and sums of squares about them (Welford). */
  readonly #means = new Float64Array(ANSWER_COUNT);
  readonly #squares = new Float64Array(ANSWER_COUNT);

  /** @param shares 37 shares of all volunteers */
  add(shares: Float32Array) {
    this.#looks++;
    QUESTIONS.forEach(({ answers, first }, question) => {
      const total = totalOf(shares, first, answers.length);
      if (total >= NOBODY) this.#asked[question]++;
      for (let k = first; k < first + answers.length; k++) {
        this.#sums[k] += shares[k];
        if (total < NOBODY) continue;
        const share = shares[k] / total;
        const before = share - this.#means[k];
        this.#means[k] += before / this.#asked[question];
        this.#squares[k] += before * (share - this.#means[k]);
      }
    });
  }

  /** The 37 means with what they are of. */
  prediction(): Prediction {
    return QUESTIONS.flatMap(({ text, answers, first }, question) => {
      const total = totalOf(this.#sums, first, answers.length);
      const isAsked = total >= NOBODY * this.#looks;
      return answers.map((answer, index) => {
        const k = first + index;
        return {
          column: ANSWER_COLUMNS[k],
          question: text,
          answer,
          // A GPU may round a quotient of equal numbers to a little above 1.
          fraction: Math.min(1, Math.fround(this.#sums[k] / this.#looks)),
          ofAsked: isAsked ? Math.min(1, this.#sums[k] / total) : NaN,
          spread: Math.sqrt(this.#squares[k] / Math.max(1, this.#asked[question])),
        };
      });
    });
  }
}

function totalOf(shares: ArrayLike<number>, first: number, count: number): number {
  let total = 0;
  for (let k = first; k < first + count; k++) total += shares[k];
  return total;
}
