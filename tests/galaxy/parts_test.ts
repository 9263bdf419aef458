import assert from "node:assert/strict";
import { PARTS_AND_MERGING } from "../../lib/verify/checks/parts.ts";
import { testChecks } from "../gpu.ts";
import { merge } from "../../lib/verify/reference/merge.ts";
import { quarterTurn, sixteenParts } from "../../lib/verify/reference/parts.ts";

testChecks(PARTS_AND_MERGING);

/** A view whose pixels tell their row and column; `mark` tells the views apart. */
function markedView(mark: number): number[][] {
  const side = Array.from({ length: 69 }, (_, index) => index);
  return side.map((row) => side.map((column) => mark * 10_000 + row * 100 + column));
}

Deno.test("a quarter turn is counter-clockwise", () => {
  assert.deepEqual(quarterTurn([[1, 2], [3, 4]]), [[2, 4], [1, 3]]);
});

Deno.test("the twin's parts are those of the table in docs/network.md §1", () => {
  const parts = sixteenParts(markedView(1), markedView(2));
  assert.equal(parts.length, 16);
  for (const [p, part] of parts.entries()) {
    const pixel = (row: number, column: number) =>
      (p < 8 ? 10_000 : 20_000) + row * 100 + (p % 8 < 4 ? column : 68 - column);
    const [i, j] = [7, 40];
    const expected = [pixel(i, j), pixel(j, 68 - i), pixel(68 - i, 68 - j), pixel(68 - j, i)];
    assert.equal(part.length, 45);
    assert.equal(part[0].length, 45);
    assert.equal(part[i][j], expected[p % 4]);
    assert.equal(part[34][34], (p < 8 ? 10_000 : 20_000) + 3434, "the view's middle");
  }
});

Deno.test("merging puts the features of part p behind those of the parts before it", () => {
  // Feature q of part p of example b is 100·p + 10·q + b.
  const x: number[] = [];
  for (let q = 0; q < 2; q++) {
    for (let p = 0; p < 16; p++) for (let b = 0; b < 3; b++) x.push(100 * p + 10 * q + b);
  }
  const y = merge(x, 2, 3);
  assert.deepEqual([...y.slice(0, 9)], [0, 1, 2, 10, 11, 12, 100, 101, 102]);
  assert.equal(y[(15 * 2 + 1) * 3 + 2], 1512);
});
