/** What a page tells of all pictures, in memory that does not grow with them. */
import { ANSWER_COUNT, QUESTIONS } from "../galaxy/questions.ts";
import { Histogram } from "../report/histogram.ts";
import { askedShare } from "../report/path.ts";
import type { Shown } from "./report_shown.ts";
import { inWords } from "./words.ts";

/** A question counts for a picture when at least this share of volunteers would be asked it. */
const ASKED = 0.5;

/** Standard deviations between looks, each up to and with the given one. */
const STEADY = [0.02, 0.05, 0.1, Infinity] as const;

export class Counts {
  pictures = 0;
  /** Unlike the training pictures. */
  marked = 0;
  /** Of the pictures in which its question counts, for each of the 37 answers. */
  readonly histograms: readonly Histogram[] = Array.from(
    { length: ANSWER_COUNT },
    () => new Histogram(),
  );
  /** How many pictures there are of each likely path: the tree has about two thousand. */
  readonly words = new Map<string, number>();
  readonly steady: readonly { readonly most: number; count: number }[] = STEADY.map((most) => ({
    most,
    count: 0,
  }));
  readonly #sums = new Float64Array(ANSWER_COUNT);

  add({ prediction, fractions, unusual, spread }: Shown) {
    this.pictures++;
    if (unusual.length > 0) this.marked++;
    fractions.forEach((fraction, answer) => this.#sums[answer] += fraction);
    for (const question of QUESTIONS) {
      if (askedShare(fractions, question) < ASKED) continue;
      for (let k = question.first; k < question.first + question.answers.length; k++) {
        this.histograms[k].add(prediction[k].ofAsked);
      }
    }
    const words = inWords(prediction).replaceAll(/\b(?:probably|perhaps) /g, "");
    this.words.set(words, (this.words.get(words) ?? 0) + 1);
    this.steady.find(({ most }) => spread <= most)!.count++;
  }

  /** The mean of the 37 fractions. */
  get mean(): Float32Array {
    return Float32Array.from(this.#sums, (sum) => sum / this.pictures);
  }
}
