/** The crowd: some forty people who look at a picture and go down the decision tree. */
import { ANSWER_COUNT, QUESTIONS } from "../galaxy/questions.ts";
import type { Random } from "../random.ts";
import type { Galaxy } from "./galaxy.ts";
import { opinions } from "./opinions.ts";

/**
 * The 37 probabilities of a row, down the tree: each question's answers sum to the probability of
 * the answer that leads there (docs/network.md §6), questions 1 and 6 to 1.
 */
export function expectedVotes(galaxy: Galaxy): Float64Array {
  const expected = new Float64Array(ANSWER_COUNT);
  opinions(galaxy).forEach((shares, q) => {
    const { first, parent } = QUESTIONS[q];
    const asked = parent === null ? 1 : expected[parent];
    shares.forEach((share, answer) => expected[first + answer] = asked * share);
  });
  return expected;
}

/**
 * The 37 vote fractions of a crowd. Whoever gave the parent's answer is asked the next question, so
 * fractions are counts of people over one number of people, and sums down the tree are exact.
 */
export function castVotes(galaxy: Galaxy, random: Random): Float64Array {
  const people = 36 + random.below(19);
  const counts = new Float64Array(ANSWER_COUNT);
  opinions(galaxy).forEach((shares, q) => {
    const { first, parent } = QUESTIONS[q];
    const asked = parent === null ? people : counts[parent];
    for (let person = 0; person < asked; person++) {
      let rest = random.uniform();
      const chosen = shares.findIndex((share) => (rest -= share) < 0);
      counts[first + (chosen < 0 ? shares.length - 1 : chosen)]++;
    }
  });
  return counts.map((count) => count / people);
}
