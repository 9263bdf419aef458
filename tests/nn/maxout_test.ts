import assert from "node:assert/strict";
import { POOLING } from "../../lib/verify/checks/pooling.ts";
import { testChecks } from "../gpu.ts";
import { maxout, maxoutGradient } from "../../lib/verify/reference/maxout.ts";

testChecks(POOLING.filter(({ name }) => name.startsWith("maxout")));

Deno.test("units 2k and 2k + 1 make a pair, and both get the gradient where they are equal", () => {
  const x = [1, 4, -2, 4, -5, -6, -7, -6]; // units 0 to 3 of two examples
  assert.deepEqual([...maxout(x, 2)], [1, 4, -5, -6]);
  assert.deepEqual([...maxoutGradient(x, [1, 2, 3, 4], 2)], [1, 2, 0, 2, 3, 4, 0, 4]);
});
