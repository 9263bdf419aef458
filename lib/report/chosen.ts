/** Which galaxies are shown: some that the network is right about, and those it is furthest off on. */
import { ANSWER_COUNT, QUESTIONS } from "../galaxy/questions.ts";
import { rmse } from "../galaxy/rmse.ts";
import { likeliest, likelyPath, rowOf } from "./path.ts";

/** A galaxy by its row, with its own error. */
export interface Chosen {
  readonly row: number;
  readonly rmse: number;
  /** 37 each. */
  readonly predicted: Float32Array;
  readonly observed: Float32Array;
}

/** At most `count` galaxies with the largest errors, the worst first. */
export function wrongOnes(labels: Float32Array, predicted: Float32Array, count: number): Chosen[] {
  return byError(labels, predicted).reverse().slice(0, count);
}

/**
 * At most `count` galaxies with small errors, of all kinds that volunteers saw: first the best of each
 * kind, the most frequent kind first, then the second of each.
 */
export function rightOnes(labels: Float32Array, predicted: Float32Array, count: number): Chosen[] {
  const kinds = Map.groupBy(byError(labels, predicted), ({ observed }) => fineKindOf(observed));
  const groups = [...kinds.values()].sort((a, b) => b.length - a.length);
  const most = Math.max(0, ...groups.map((group) => group.length));
  const inTurns = Array.from(
    { length: most },
    (_, place) => groups.flatMap((group) => group[place] ?? []),
  );
  return inTurns.flat().slice(0, count);
}

function byError(labels: Float32Array, predicted: Float32Array): Chosen[] {
  return Array.from({ length: labels.length / ANSWER_COUNT }, (_, row) => {
    const [own, observed] = [rowOf(predicted, row), rowOf(labels, row)];
    return { row, rmse: rmse(own, observed), predicted: own, observed };
  }).sort((a, b) => a.rmse - b.rmse || a.row - b.row);
}

/** Smooth or not, edge-on, bar, spiral, how rounded: what tells kinds apart at a glance. */
const TELLING = [1, 2, 3, 4, 7].map((number) => QUESTIONS[number - 1]);

/** The likely answers to the telling questions, as `0,16`. */
function fineKindOf(observed: Float32Array): string {
  return likelyPath(observed)
    .filter((question) => TELLING.includes(question))
    .map((question) => likeliest(observed, question))
    .join();
}
