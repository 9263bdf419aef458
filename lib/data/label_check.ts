/** Whether labels can be vote fractions of the decision tree (docs/workflow.md §7). */
import { ANSWER_COLUMNS, ANSWER_COUNT, QUESTIONS } from "../galaxy/questions.ts";

/** A question's answers may miss what they should sum to by this much. */
export const TREE_TOLERANCE = 1e-5;

export interface TreeViolation {
  /** Row of the labels. */
  row: number;
  /** 1 … 11 */
  question: number;
  wanted: number;
  actual: number;
}

/**
 * The questions whose answers do not sum to 1 or to their parent answer.
 * @param labels (rows, 37)
 */
export function treeViolations(labels: Float32Array): TreeViolation[] {
  const violations: TreeViolation[] = [];
  for (let row = 0; row * ANSWER_COUNT < labels.length; row++) {
    const start = row * ANSWER_COUNT;
    for (const { number, answers, first, parent } of QUESTIONS) {
      let actual = 0;
      for (let answer = first; answer < first + answers.length; answer++) {
        // Rounded to float32 after every addition, as the original's sums were.
        actual = Math.fround(actual + labels[start + answer]);
      }
      const wanted = parent === null ? 1 : labels[start + parent];
      if (Math.abs(Math.fround(actual - wanted)) > TREE_TOLERANCE) {
        violations.push({ row, question: number, wanted, actual });
      }
    }
  }
  return violations;
}

/** One line per violation, for people. */
export function describeViolations(
  violations: readonly TreeViolation[],
  ids: readonly number[],
): string[] {
  return violations.map(({ row, question, wanted, actual }) => {
    const { parent } = QUESTIONS[question - 1];
    const source = parent === null ? "" : ` (${ANSWER_COLUMNS[parent]})`;
    return `galaxy ${ids[row]}: the answers to question ${question} sum to ` +
      `${actual.toFixed(6)}, wanted ${wanted.toFixed(6)}${source}`;
  });
}

/** Where a label is outside [0, 1], as (row, column). */
export function outsideRange(labels: Float32Array): { row: number; column: number }[] {
  const found = [];
  for (let i = 0; i < labels.length; i++) {
    if (!(labels[i] >= 0 && labels[i] <= 1)) {
      found.push({ row: Math.floor(i / ANSWER_COUNT), column: i % ANSWER_COUNT });
    }
  }
  return found;
}

/** One line per value outside [0, 1], for people. */
export function describeOutside(
  found: readonly { row: number; column: number }[],
  labels: Float32Array,
  ids: readonly number[],
): string[] {
  return found.map(({ row, column }) =>
    // As short as it stood in the file, if it had up to seven digits.
    `galaxy ${ids[row]}: ${ANSWER_COLUMNS[column]} is ` +
    Number(labels[row * ANSWER_COUNT + column].toPrecision(7))
  );
}
