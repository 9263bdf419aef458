import assert from "node:assert/strict";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { Random } from "../../lib/random.ts";
import { decisionTree } from "../../lib/verify/reference/decision_tree.ts";
import { wrongAnswers } from "../../bench/answers.ts";

const EXAMPLES = 8;
const random = new Random(1, "test");
const right = decisionTree(
  Float32Array.from({ length: EXAMPLES * ANSWER_COUNT }, () => random.uniform(-0.2, 1)),
  EXAMPLES,
);

function changed(index: number, value: number): Float64Array {
  return right.map((answer, at) => at === index ? value : answer);
}

Deno.test("answers of the decision tree are right, those of a network without opinion too", () => {
  assert.equal(wrongAnswers(right), undefined);
  const undecided = right.map((answer, at) => at < ANSWER_COUNT ? 0 : answer);
  assert.equal(wrongAnswers(undecided), undefined);
});

Deno.test("zeros, what is no probability, and sums that do not fit are wrong", () => {
  assert.match(wrongAnswers(new Float32Array(2 * ANSWER_COUNT))!, /all answers are 0/);
  for (const value of [NaN, Infinity, -0.1, 1.5]) {
    assert.match(wrongAnswers(changed(40, value))!, /an answer is/);
  }
  // Answers 13 and 14 sum to 1: question 6.
  const odd = 3 * ANSWER_COUNT + 13;
  assert.match(wrongAnswers(changed(odd, Math.abs(right[odd] - 0.5)))!, /question 6 sum to/);
  // The answers to question 2 are shares of answer 1.
  const edgeOn = 5 * ANSWER_COUNT + 3;
  assert.ok(right[edgeOn - 2] > 0.01);
  assert.match(wrongAnswers(changed(edgeOn, right[edgeOn] + 0.01))!, /question [29] sum to/);
});
