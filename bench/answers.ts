/** Whether what a network answers can be true: a speed is worth nothing without it. */
import { ANSWER_COUNT, QUESTIONS } from "../lib/galaxy/questions.ts";

/** What the answers to a question may sum to too much or too little. */
const SLACK = 1e-3;

/**
 * What is wrong with answers (examples, 37), or undefined where nothing is: finite numbers from 0 to
 * 1, not all zero, and those of each question sum to the answer that the question follows (1 where
 * it follows none), or to 0 where the network has no opinion.
 */
export function wrongAnswers(answers: ArrayLike<number>): string | undefined {
  let largest = 0;
  for (let first = 0; first < answers.length; first += ANSWER_COUNT) {
    const example = Array.from({ length: ANSWER_COUNT }, (_, k) => answers[first + k]);
    const strange = example.find((answer) => !(answer >= 0 && answer <= 1 + SLACK));
    if (strange !== undefined) return `an answer is ${strange}`;
    largest = Math.max(largest, ...example);
    for (const { number, first, answers: { length }, parent } of QUESTIONS) {
      const sum = example.slice(first, first + length).reduce((a, b) => a + b, 0);
      const expected = parent === null ? 1 : example[parent];
      if (sum > SLACK && Math.abs(sum - expected) > SLACK) {
        return `the answers to question ${number} sum to ${sum} instead of ${expected}`;
      }
    }
  }
  return largest === 0 ? "all answers are 0" : undefined;
}
