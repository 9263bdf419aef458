/** The table of scores with which a reproduction ends. */
import assert from "node:assert/strict";
import { scoresText } from "../../lib/reproduce/scores.ts";

const paper = { width: 1, chunks: 2500, chunkSize: 10_000 };
const scores = {
  models: [
    { name: "extradense", single: 0.0781, averaged: 0.0769 },
    { name: "bigger", single: 0.1641, averaged: 0.1639 },
  ],
  blends: [{ name: "uniform blend", averaged: 0.0755 }],
  meanRmse: 0.1645,
  galaxies: 6157,
};

Deno.test("scores stand beside those of the paper, with what they are of", () => {
  const text = scoresText(scores, paper).join("\n");
  assert.match(text, /^RMSE on 6,157 validation galaxies/);
  assert.match(text, /^extradense +0\.07810 +0\.07690 +0\.07671 \/ 0\.07693, single pass$/m);
  assert.match(text, /^uniform blend +– +0\.07550 +0\.07467 \/ 0\.07492, 17 models$/m);
  assert.match(text, /^always the mean +0\.16450 +0\.16450$/m);
  assert.doesNotMatch(text, /These are/);
});

Deno.test("a model that does no better than the mean is named, and no other", () => {
  const warnings = scoresText(scores, paper).filter((line) => line.startsWith("warning"));
  assert.deepEqual(warnings.map((line) => line.split(" ")[1]), ["bigger"]);
});

Deno.test("a reproduction that is not the paper's says so", () => {
  const text = scoresText(scores, { width: 0.5, chunks: 10, chunkSize: 1000 }).join("\n");
  assert.match(
    text,
    /These are networks of 0\.5 of the paper's width, and trainings with 10,000 images/,
  );
});
