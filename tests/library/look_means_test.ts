/** Means over looks. */
import assert from "node:assert/strict";
import { LookMeans } from "../../lib/library/look_means.ts";
import { predictionOf } from "../classify/made.ts";

Deno.test("fractions are means of shares, spreads those of the shares of whoever is asked", () => {
  const looks = [0.2, 0.5, 0.9].map((edge, k) => ({ "1.2": [0.1, 0.4, 0.7][k], "2.1": edge }));
  const answer = predictionOf(...looks).find(({ column }) => column === "Class2.1")!;
  assert.ok(Math.abs(answer.fraction - (0.02 + 0.2 + 0.63) / 3) < 1e-6);
  assert.ok(Math.abs(answer.ofAsked - 0.85 / 1.2) < 1e-6);
  const mean = 1.6 / 3;
  const variance = [0.2, 0.5, 0.9].reduce((sum, edge) => sum + (edge - mean) ** 2, 0) / 3;
  assert.ok(Math.abs(answer.spread - Math.sqrt(variance)) < 1e-6);
});

Deno.test("a look in which nobody is asked a question says nothing of its answers", () => {
  const both = predictionOf({ "1.1": 1, "7.1": 0.6 }, { "1.2": 1 }, { "1.1": 0.5, "7.1": 0.8 });
  const round = both.find(({ column }) => column === "Class7.1")!;
  assert.ok(Math.abs(round.fraction - (0.6 + 0.4) / 3) < 1e-6);
  assert.ok(Math.abs(round.ofAsked - 1 / 1.5) < 1e-6);
  assert.ok(Math.abs(round.spread - 0.1) < 1e-6);
  const means = new LookMeans();
  means.add(new Float32Array(37));
  assert.ok(
    means.prediction().every(({ ofAsked, fraction, spread }) =>
      Number.isNaN(ofAsked) && fraction === 0 && spread === 0
    ),
  );
});

Deno.test("one look has no spread", () => {
  for (const { spread } of predictionOf({ "1.1": 0.3, "6.1": 0.2 })) assert.equal(spread, 0);
});
