import assert from "node:assert/strict";
import { bindingTypes, dispatch, kernel } from "../../lib/gpu/kernel.ts";
import type { Slice } from "../../lib/gpu/memory.ts";

const SHARED = "fn twice(a: f32) -> f32 { return 2 * a; }";
const SOURCE = `@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(0) var<uniform> x: array<vec4f, 2>;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@compute @workgroup_size(LANES) fn main() { y[0] = twice(x[0].x) + z[COUNT]; }`;

const slice = (offset: number) => ({ offset, size: 4 }) as Slice;

Deno.test("a kernel is its shared sources and its own, and knows its bindings by number", () => {
  const made = kernel("twice", [SHARED, SOURCE], ["x", "y", "z"], ["LANES", "COUNT"]);
  assert.equal(made.source, `${SHARED}\n${SOURCE}`);
  assert.deepEqual(bindingTypes(made.source), ["uniform", "storage", "read-only-storage"]);
});

Deno.test("other bindings than the source declares, and constants that it does not use, are errors", () => {
  assert.throws(
    () => kernel("twice", [SOURCE], ["y", "x", "z"], []),
    /declares the bindings x,y,z/,
  );
  assert.throws(() => kernel("twice", [SOURCE], ["x", "y"], []), /said to have x,y$/);
  assert.throws(() => kernel("twice", [SOURCE], ["x", "y", "z"], ["COUN"]), /constant COUN$/);
});

Deno.test("a dispatch has bindings in the order of their numbers, and the kernel's constants alone", () => {
  const made = kernel("twice", [SHARED, SOURCE], ["x", "y", "z"], ["LANES", "COUNT"]);
  const constants = { COUNT: 3, LANES: 8, OTHER: 1 };
  const bindings = { z: slice(2), y: slice(1), x: slice(0) };
  const run = dispatch(made, { label: "twice", constants, bindings, workgroups: [1] });
  assert.deepEqual(run.bindings.map(({ offset }) => offset), [0, 1, 2]);
  assert.deepEqual(run.constants, { LANES: 8, COUNT: 3 });
});
