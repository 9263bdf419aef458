/** Which galaxies a page shows. */
import assert from "node:assert/strict";
import { Shortlist, variedGalaxies } from "../../lib/report/choose.ts";
import { kindOf, rowOf } from "../../lib/report/path.ts";
import { shares } from "../classify/made.ts";

const SMOOTH = shares({ "1.1": 0.9 });
const EDGE_ON = shares({ "1.2": 0.9, "2.1": 0.9 });
const SPIRAL = shares({ "1.2": 0.9, "2.2": 0.9, "4.1": 0.9 });

function table(...rows: Float32Array[]): Float32Array {
  return Float32Array.from(rows.flatMap((row) => [...row]));
}

Deno.test("galaxies of every kind are shown, the first of each", () => {
  const smooth = new Array<Float32Array>(20).fill(SMOOTH);
  const predicted = table(...smooth, SPIRAL, EDGE_ON, SPIRAL, SPIRAL);
  assert.deepEqual(variedGalaxies(predicted, 24, 7), [0, 1, 2, 20, 21, 22, 23]);
  assert.deepEqual(variedGalaxies(predicted, 24, 3), [0, 20, 21]);
  assert.deepEqual(variedGalaxies(table(SMOOTH, SMOOTH), 2, 6), [0, 1]);
  assert.deepEqual(variedGalaxies(table(), 0, 6), []);
});

Deno.test("a kind is sure where many volunteers would say so", () => {
  assert.deepEqual(kindOf(rowOf(table(SPIRAL, SMOOTH), 1)).kind, "Smooth galaxies");
  const { kind, sureness } = kindOf(SPIRAL);
  assert.equal(kind, "Spirals");
  assert.ok(Math.abs(sureness - 0.9 ** 3) < 1e-6);
});

Deno.test("a shortlist keeps the best, and of equals those that came first", () => {
  const list = new Shortlist<string>(3);
  for (const [k, score] of [5, 1, 5, 7, 5, 0, 6].entries()) {
    const [name, wanted] = [`${k}`, list.wants(score)];
    list.add(score, name);
    assert.equal(list.things.includes(name), wanted);
  }
  assert.deepEqual(list.things, ["3", "6", "0"]);
});
