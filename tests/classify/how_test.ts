/** What flags say of pictures. */
import assert from "node:assert/strict";
import { howOf } from "../../lib/classify/how.ts";
import { OWN_MEASURE } from "../../lib/pictures/fit.ts";

const NONE = { fit: false, asIs: false };

Deno.test("each flag is a way, and without one every picture's size decides", () => {
  assert.equal(howOf(NONE, undefined), undefined);
  assert.deepEqual(howOf({ ...NONE, fit: true }, undefined), { kind: "fit" });
  assert.deepEqual(howOf({ ...NONE, asIs: true }, undefined), { kind: "as it is" });
  assert.deepEqual(howOf({ ...NONE, scale: 2 }, undefined), { kind: "scale", factor: 2 });
  const part = { kind: "crop", x: 300, y: 250.5, size: 120 };
  assert.deepEqual(howOf({ ...NONE, crop: "300, 250.5,120" }, undefined), part);
  assert.deepEqual(howOf(NONE, OWN_MEASURE), { kind: "fit", measure: OWN_MEASURE });
});

Deno.test("two ways, a part without its size, and a measure of nothing are refused", () => {
  assert.throws(() => howOf({ fit: true, asIs: true }, undefined), /^UserError: --fit and --as-is/);
  for (const crop of ["1,2", "1,2,", "a,b,c", "1,2,3,4"]) {
    assert.throws(() => howOf({ ...NONE, crop }, undefined), /^UserError: --crop needs column/);
  }
  assert.throws(() => howOf({ ...NONE, scale: 2 }, OWN_MEASURE), /measures for --fit, and nothing/);
});
