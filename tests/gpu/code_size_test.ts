/** How much code the compiler of a software adapter is given (docs/kernels.md §4). */
import assert from "node:assert/strict";
import { unbuiltPrograms } from "../../bench/unbuilt.ts";
import { extradense } from "../../lib/galaxy/models/extradense.ts";
import { kernelCode } from "../../lib/gpu/program.ts";
import { defaultTiles } from "../../lib/nn/tiles.ts";

/** Numbers that the code of a kernel loads or stores in so many words, at most. */
const MOST = 136;
/** … and all kernels of `extradense`, training and predicting. */
const MOST_OF_ALL = 2500;

/** The numbers that a kernel's code loads and stores: four for every place that names a vec4. */
function numbersMoved(code: string): number {
  let numbers = 0;
  for (const [, name, vec4] of code.matchAll(/var<storage[^>]*> (\w+): array<(vec4f)?/g)) {
    const places = code.match(new RegExp(`(?<![.\\w])${name}\\[`, "g")) ?? [];
    numbers += places.length * (vec4 ? 4 : 1);
  }
  return numbers;
}

Deno.test("what a kernel's code loads and stores is counted by number", () => {
  const code = [
    "@group(0) @binding(0) var<storage, read> x: array<vec4f>;",
    "@group(0) @binding(1) var<storage, read_write> y: array<f32>;",
    "var xy: array<f32, 2>; y[0] = x[1].x + xy[0]; y[1] = x[2][3]; state.y[2];",
  ].join("\n");
  assert.equal(numbersMoved(code), 2 * 4 + 2);
});

Deno.test("no kernel of a software adapter loads and stores much in straight lines", async () => {
  const programs = await unbuiltPrograms(
    extradense,
    16,
    defaultTiles({ software: true, subgroup: 8 }),
  );
  const counts = new Map<string, { numbers: number; kernel: string }>();
  for (const dispatch of Object.values(programs).flat()) {
    const code = kernelCode(dispatch), kernel = `${dispatch.label} (${dispatch.kernel.name})`;
    counts.set(code, { numbers: numbersMoved(code), kernel });
  }
  const long = [...counts.values()].filter(({ numbers }) => numbers > MOST);
  assert.deepEqual(
    long,
    [],
    `more than ${MOST}: mark a loop "// rolled", as docs/kernels.md §4 has it`,
  );
  const all = [...counts.values()].reduce((sum, { numbers }) => sum + numbers, 0);
  assert.ok(all <= MOST_OF_ALL, `all kernels load and store ${all} numbers`);
  assert.ok(all >= MOST_OF_ALL / 2, `only ${all} numbers are counted`);
});
