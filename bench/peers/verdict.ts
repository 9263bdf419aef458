/** Whether what a contender computes is what ours computes. */
import { ContenderError } from "./process.ts";
import type { CheckReply } from "./protocol.ts";

/** Of an answer, absolute. */
const ANSWERS = 1e-4;
/** Of the losses before any update, after one and after two, relative. */
const LOSSES = [1e-4, 3e-4, 3e-4];
/** Of what two updates do to a parameter, relative. */
const CHANGES = 1e-2;
/** What two updates must change the loss by, relative: else a wrong gradient would not show. */
const LEAST_CHANGE = 1e-2;

/** @throws Error when a wrong contender could pass a comparison with these results */
export function assertTelling({ answers, losses, changes }: CheckReply, examples: number) {
  const each = answers.length / examples;
  const spread = answers.slice(each).some((answer, i) =>
    Math.abs(answer - answers[i % each]) > 1e-3
  );
  const change = Math.abs(losses[2] / losses[0] - 1);
  const unchanged = Object.entries(changes).find(([, change]) => !(change > 0))?.[0];
  if (!answers.every(Number.isFinite) || !spread || !(change > LEAST_CHANGE) || unchanged) {
    throw new Error(
      `ours is nothing to compare with: answers ${answers.slice(0, each)}, losses ${losses}` +
        (unchanged ? `, ${unchanged} does not change` : ""),
    );
  }
}

/**
 * The largest deviation of an answer.
 * @throws ContenderError when it is too large
 */
export function compareAnswers(actual: readonly number[], expected: readonly number[]): number {
  if (actual.length !== expected.length) {
    throw new ContenderError(
      `wrong answers: ${actual.length} numbers instead of ${expected.length}`,
    );
  }
  const deviation = actual.reduce((most, answer, i) => {
    const difference = Math.abs(answer - expected[i]);
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }, 0);
  if (deviation <= ANSWERS) return deviation;
  const what = actual.every((answer) => answer === 0) ? "all zero" : `off by ${short(deviation)}`;
  throw new ContenderError(`wrong answers: ${what}, at most ${ANSWERS} is rounding`);
}

/**
 * The largest deviation of a loss, relative.
 * @throws ContenderError when it is too large
 */
export function compareLosses(actual: readonly number[], expected: readonly number[]): number {
  const deviations = LOSSES.map((tolerance, updates) => {
    const deviation = Math.abs(actual[updates] / expected[updates] - 1);
    if (deviation <= tolerance) return deviation;
    throw new ContenderError(
      `wrong losses: ${short(actual[updates])} after ${updates} updates, ours ` +
        `${short(expected[updates])}; at most ${tolerance} of it is rounding`,
    );
  });
  return Math.max(...deviations);
}

/**
 * Compares what two updates do to each parameter: a wrong gradient of few weights hardly shows in
 * the loss.
 * @throws ContenderError when they do something else
 */
export function compareChanges(
  actual: CheckReply["changes"],
  expected: CheckReply["changes"],
) {
  for (const [name, change] of Object.entries(expected)) {
    if (Math.abs(actual[name] / change - 1) <= CHANGES) continue;
    throw new ContenderError(
      `wrong gradients: two updates change ${name} by ${short(actual[name])}, ours by ` +
        `${short(change)}; at most ${CHANGES} of it is rounding`,
    );
  }
}

/**
 * Dropout makes every loss another one; but it is a number, and not that of dead answers.
 * @throws ContenderError when it is not
 */
export function checkTrainingLoss(loss: number, lossOfZeros: number) {
  if (!Number.isFinite(loss) || loss <= 0) {
    throw new ContenderError(`wrong losses: ${loss} with dropout`);
  }
  if (Math.abs(loss / lossOfZeros - 1) < 1e-5) {
    throw new ContenderError(`wrong losses: ${short(loss)} is that of answers that are all zero`);
  }
}

function short(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(6) : String(value);
}
