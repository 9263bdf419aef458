/** Figures of an evaluation, computed by hand from a few galaxies. */
import assert from "node:assert/strict";
import {
  calibration,
  columnsRmse,
  compared,
  figuresOf,
  meanPrediction,
} from "../../lib/galaxy/figures.ts";
import { baselineRmse } from "../../lib/galaxy/rmse.ts";

/** Two galaxies; `set` has values by galaxy and column, all others are 0. */
function answers(set: readonly (readonly [galaxy: number, column: number, value: number])[]) {
  const all = new Float32Array(2 * 37);
  for (const [galaxy, column, value] of set) all[37 * galaxy + column] = value;
  return all;
}
const near = (value: number | null, expected: number) =>
  assert.ok(value !== null && Math.abs(value - expected) < 1e-6, `${value}, not ${expected}`);

// Smooth, features, star of galaxies 0 and 1; edge-on of galaxy 1.
const labels = answers([[0, 0, 0.75], [0, 1, 0.25], [1, 0, 0.25], [1, 1, 0.75], [1, 3, 0.5]]);
const oneLook = answers([[0, 0, 0.5], [0, 1, 0.5], [1, 0, 0.25], [1, 1, 0.75], [1, 3, 1]]);
const sixtyTransforms = answers([[0, 0, 0.75], [0, 1, 0.25], [1, 0, 0.5], [1, 1, 0.5]]);
const mean = meanPrediction(labels, 2);
const figures = figuresOf(labels, { mean, oneLook, sixtyTransforms });

Deno.test("the error in all is that over 37 answers, and the mean's is the baseline", () => {
  assert.equal(figures.galaxies, 2);
  // Squares: 0.0625 twice in the first question, 0.25 in the second.
  near(figures.rmse.oneLook, Math.sqrt(0.375 / 74));
  near(figures.rmse.sixtyTransforms!, Math.sqrt(0.375 / 74));
  near(figures.rmse.mean, baselineRmse(labels, labels, 37));
  near(figures.rmse.mean, Math.sqrt((4 * 0.0625 + 2 * 0.0625) / 74));
});

Deno.test("the error of a question is over its own answers only", () => {
  const [smooth, edge, bar] = figures.questions;
  assert.equal(smooth.text, "Smooth, or features or a disk?");
  near(smooth.rmse.oneLook, Math.sqrt(2 * 0.0625 / 6));
  near(smooth.rmse.mean, Math.sqrt(4 * 0.0625 / 6));
  near(edge.rmse.oneLook, Math.sqrt(0.25 / 4));
  near(edge.rmse.sixtyTransforms!, Math.sqrt(0.25 / 4));
  near(bar.rmse.oneLook, 0);
  near(columnsRmse(oneLook, labels, 3, 1), Math.sqrt(0.25 / 2));
  assert.equal(figures.questions.length, 11);
});

Deno.test("answers have their means and errors, of sixty transforms where there are some", () => {
  const [smooth, features] = figures.answers;
  assert.deepEqual([smooth.column, smooth.answer], ["Class1.1", "smooth"]);
  near(smooth.predicted, 0.625);
  near(smooth.observed, 0.5);
  near(features.predicted, 0.375);
  near(smooth.rmse, Math.sqrt(0.0625 / 2));
  assert.equal(figures.answers.length, 37);
  const single = figuresOf(labels, { mean, oneLook });
  near(single.answers[0].predicted, 0.375);
  assert.equal(single.rmse.sixtyTransforms, undefined);
});

Deno.test("predictions are counted by their size, 1 with the largest, and compared", () => {
  const bins = calibration(labels, oneLook);
  assert.deepEqual(bins.map(({ count }) => count), [69, 0, 1, 0, 0, 2, 0, 1, 0, 1]);
  near(bins[5].predicted, 0.5);
  near(bins[5].observed, 0.5);
  near(bins[9].predicted, 1);
  near(bins[9].observed, 0.5);
  assert.deepEqual([bins[1].predicted, bins[1].observed], [null, null]);
  assert.deepEqual([bins[9].from, bins[9].to], [0.9, 1]);
});

Deno.test("the mean of labels is predicted for every galaxy", () => {
  const three = meanPrediction(labels, 3);
  assert.equal(three.length, 3 * 37);
  assert.deepEqual([...three.slice(74, 78)], [0.5, 0.5, 0, 0.25]);
});

Deno.test("what is compared has its names, in one order", () => {
  const names = (of: Parameters<typeof compared<number>>[0]) =>
    compared(of).map(({ name }) => name);
  assert.deepEqual(names({ sixtyTransforms: 3, oneLook: 2, mean: 1 }), [
    "the mean",
    "one look",
    "sixty transforms",
  ]);
  assert.deepEqual(names({ mean: 1, oneLook: 2, sixtyTransforms: undefined }), [
    "the mean",
    "one look",
  ]);
});
