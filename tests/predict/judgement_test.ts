/** Predictions that are no better than the mean, and those that only look like it. */
import assert from "node:assert/strict";
import { uselessText } from "../../lib/predict/judgement.ts";
import { baselineRmse, rmse } from "../../lib/galaxy/rmse.ts";

const GALAXIES = 400;
/** Answers that scatter about their means by the square root of a third of `size`. */
const answers = (size: number, galaxies = GALAXIES) =>
  Float32Array.from(
    { length: galaxies * 37 },
    (_, i) => 0.5 + size * (2 * Math.abs(Math.sin(i * i)) - 1),
  );

Deno.test("what a file tells of its network decides, whatever its answers are like", () => {
  const bad = { validRmse: 0.164, meanRmse: 0.1645 }, good = { ...bad, validRmse: 0.16 };
  assert.match(uselessText("p", bad, answers(0.3))!, /^p does no better .* 0\.16400, .* 0\.16450$/);
  assert.equal(uselessText("p", good, answers(0)), undefined);
});

Deno.test("without that, only answers that are nearly the same for all galaxies are called useless", () => {
  assert.match(uselessText("p", {}, answers(0.0005))!, /nearly the same for every galaxy/);
  assert.equal(uselessText("p", {}, answers(0.005)), undefined);
  assert.equal(uselessText("p", {}, answers(0, 99)), undefined, "a few may be alike");
});

Deno.test("no answers with so little scatter can be better: not even those in step with the labels", () => {
  const labels = answers(0.28);
  const sigma = baselineRmse(labels, labels, 37);
  const inStep = labels.map((label) => 0.5 + (label - 0.5) * 0.001 / sigma);
  assert.ok(rmse(inStep, labels) > 0.99 * sigma);
});
