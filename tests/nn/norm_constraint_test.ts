import assert from "node:assert/strict";
import { NORM_CONSTRAINT } from "../../lib/verify/checks/norm_constraint.ts";
import { testChecks } from "../gpu.ts";
import { constrainNorms } from "../../lib/verify/reference/norm_constraint.ts";

testChecks(NORM_CONSTRAINT);

Deno.test("a column above the cap comes down to it, one below stays, zeros stay zeros", () => {
  const w = [3, 1, 0, -4, 1, 0]; // root mean squares √12.5, 1 and 0
  const constrained = constrainNorms(w, { K: 2, O: 3 }, 2);
  const factor = 2 / Math.sqrt(12.5);
  assert.deepEqual([...constrained], [3 * factor, 1, 0, -4 * factor, 1, 0]);
});
