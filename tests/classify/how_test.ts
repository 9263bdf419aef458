/** What flags say of pictures. */
import assert from "node:assert/strict";
import { howOf } from "../../lib/classify/how.ts";

const NONE = { fit: false, asIs: false, sourceExtractor: false };

Deno.test("each flag is a way, and without one every picture's size decides", () => {
  assert.equal(howOf(NONE), undefined);
  assert.deepEqual(howOf({ ...NONE, fit: true }), { kind: "fit" });
  assert.deepEqual(howOf({ ...NONE, asIs: true }), { kind: "as it is" });
  assert.deepEqual(howOf({ ...NONE, scale: 2 }), { kind: "scale", factor: 2 });
  const part = { kind: "crop", x: 300, y: 250.5, size: 120 };
  assert.deepEqual(howOf({ ...NONE, crop: "300, 250.5,120" }), part);
  assert.deepEqual(howOf({ ...NONE, sourceExtractor: true }), { kind: "fit" });
});

Deno.test("two ways, a part without its size, and a measure of nothing are refused", () => {
  assert.throws(() => howOf({ ...NONE, fit: true, asIs: true }), /^UserError: --fit and --as-is/);
  for (const crop of ["1,2", "1,2,", "a,b,c", "1,2,3,4"]) {
    assert.throws(() => howOf({ ...NONE, crop }), /^UserError: --crop needs column/);
  }
  assert.throws(
    () => howOf({ ...NONE, scale: 2, sourceExtractor: true }),
    /measures for --fit, and nothing/,
  );
});
