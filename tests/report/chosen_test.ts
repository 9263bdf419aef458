import assert from "node:assert/strict";
import { rightOnes, wrongOnes } from "../../lib/report/chosen.ts";
import { shares } from "../classify/made.ts";

const round = shares({ "1.1": 0.9, "7.1": 0.8 });
const cigar = shares({ "1.1": 0.9, "7.3": 0.8 });
const edgeOn = shares({ "1.2": 0.9, "2.1": 0.9 });

/** Galaxies whose volunteers said `kind`, and of whom the network is off by `error` in one answer. */
function galaxies(...all: (readonly [kind: Float32Array, error: number])[]) {
  const labels = Float32Array.from(all.flatMap(([kind]) => [...kind]));
  const predicted = labels.slice();
  all.forEach(([, error], row) => predicted[37 * row + 5] += error);
  return { labels, predicted };
}

Deno.test("the wrong ones have the largest errors, the worst first", () => {
  const { labels, predicted } = galaxies([round, 0.1], [cigar, 0.4], [edgeOn, 0.2], [round, 0]);
  const wrong = wrongOnes(labels, predicted, 2);
  assert.deepEqual(wrong.map(({ row }) => row), [1, 2]);
  assert.ok(Math.abs(wrong[0].rmse - 0.4 / Math.sqrt(37)) < 1e-6);
  assert.deepEqual(wrong[0].observed, cigar);
  assert.equal(wrongOnes(labels, predicted, 9).length, 4);
});

Deno.test("the right ones are the best of each kind that volunteers saw, then the second best", () => {
  const { labels, predicted } = galaxies(
    [round, 0.1],
    [round, 0.05],
    [round, 0.02],
    [edgeOn, 0.3],
    [cigar, 0.2],
    [cigar, 0.25],
  );
  const rows = (count: number) => rightOnes(labels, predicted, count).map(({ row }) => row);
  assert.deepEqual(rows(3), [2, 4, 3]);
  assert.deepEqual(rows(9), [2, 4, 3, 1, 5, 0]);
  assert.deepEqual(rightOnes(new Float32Array(), new Float32Array(), 3), []);
});
