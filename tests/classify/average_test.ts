/** Predictions of several networks as one. */
import assert from "node:assert/strict";
import { averaged } from "../../lib/classify/average.ts";
import { QUESTIONS } from "../../lib/galaxy/questions.ts";
import type { Prediction } from "../../lib/library/prediction.ts";
import { predictionOf } from "./made.ts";

const answer = (prediction: Prediction, number: number, place: number) =>
  prediction[QUESTIONS[number - 1].first + place - 1];
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}, not ${expected}`);

Deno.test("shares are means, and fractions of those who are asked follow from them", () => {
  const [one, other] = [
    predictionOf({ "1.1": 0.8, "1.2": 0.2, "7.1": 0.5 }),
    predictionOf({ "1.1": 0.4, "1.2": 0.6, "7.1": 0.9 }),
  ];
  const mean = averaged([one, other]);
  assert.equal(mean.length, 37);
  mean.forEach(({ fraction, column }, k) => {
    near(fraction, (one[k].fraction + other[k].fraction) / 2);
    assert.equal(column, one[k].column);
  });
  near(answer(mean, 1, 1).ofAsked, 0.6);
  // 0.8 · 0.5 and 0.4 · 0.9 of all, of which 0.8 and 0.4 are asked.
  near(answer(mean, 7, 1).ofAsked, (0.4 + 0.36) / 1.2);
});

Deno.test("the spread is that of all looks of all networks", () => {
  const looks = [0.5, 0.7, 0.6, 0.9].map((share) => ({ "1.1": share, "1.2": 1 - share }));
  const mean = averaged([
    predictionOf(looks[0], looks[1]),
    predictionOf(looks[2], looks[3]),
  ]);
  const all = predictionOf(...looks);
  near(answer(mean, 1, 1).ofAsked, answer(all, 1, 1).ofAsked);
  near(answer(mean, 1, 1).spread, answer(all, 1, 1).spread);
  near(answer(averaged([predictionOf(looks[0]), predictionOf(looks[3])]), 1, 1).spread, 0.2);
});

Deno.test("nobody is asked where no network asks anybody, and one network is left as it is", () => {
  const smooth = predictionOf({ "1.1": 1, "1.2": 0, "1.3": 0 });
  const disk = predictionOf({ "1.1": 0.5, "1.2": 0.5, "1.3": 0, "2.1": 0.25 });
  const none = answer(averaged([smooth, smooth]), 2, 1);
  assert.deepEqual([none.fraction, none.ofAsked, none.spread], [0, NaN, 0]);
  const some = answer(averaged([smooth, disk]), 2, 1);
  near(some.ofAsked, 0.25);
  near(some.spread, 0);
  assert.equal(averaged([smooth]), smooth);
});
