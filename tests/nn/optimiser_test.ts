import assert from "node:assert/strict";
import { AdapterLimitError } from "../../lib/gpu/device.ts";
import { newParameter } from "../../lib/nn/layer.ts";
import { updateBias } from "../../lib/nn/optimiser.ts";
import { MAX_ITERATIONS } from "../../lib/nn/tiles.ts";
import { Bench, TILES } from "../../lib/verify/checks/bench.ts";
import { UPDATES } from "../../lib/verify/checks/updates.ts";
import { gpuTest, testChecks } from "../gpu.ts";
import { nesterov } from "../../lib/verify/reference/nesterov.ts";

testChecks(UPDATES);

Deno.test("the update is w + μ²·v − (1 + μ)·η·g, as docs/network.md §9 has it in one line", () => {
  const before = { value: [2], velocity: [3] };
  const after = nesterov(before, [5], 0.1, 0.9);
  assert.ok(Math.abs(after.velocity[0] - (0.9 * 3 - 0.1 * 5)) < 1e-12);
  assert.ok(Math.abs(after.value[0] - (2 + 0.81 * 3 - 1.9 * 0.1 * 5)) < 1e-12);
});

gpuTest("a batch too long to be summed is refused with the numbers", async (gpu) => {
  const bench = new Bench(gpu, TILES.small());
  const build = await bench.build();
  const bias = await newParameter(build, {
    name: "conv1.bias",
    shape: [1],
    storedCount: 1,
    initialisation: { constant: 0 },
    pack: (values) => values,
    unpack: (stored) => stored,
  });
  const gradient = await bench.space(4);
  assert.throws(() => updateBias(build, bias, gradient, MAX_ITERATIONS + 1), (error) => {
    assert.ok(error instanceof AdapterLimitError);
    assert.match(error.message, /conv1\.bias is a sum over 65536 maps, at most 65535 /);
    return true;
  });
});

/** The WGSL files of `kernels/`, by path. */
function kernelFiles(
  folder = new URL("../../kernels/", import.meta.url),
  path = "",
): [string, string][] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? kernelFiles(new URL(`${name}/`, folder), `${path}${name}/`)
      : [[path + name, Deno.readTextFileSync(new URL(name, folder))]]
  );
}

Deno.test("the formula stands in one file, and kernels of three operations carry it", () => {
  const files = kernelFiles();
  const having = (word: RegExp) =>
    files.filter(([, text]) => word.test(text)).map(([path]) => path);
  assert.deepEqual(having(/\bMOMENTUM\b|learning_rate \*/), ["shared/update.wgsl"]);
  const carriers = having(/= updated\(/).map((path) =>
    path.replace(/dense\/update\/\w+/, "dense/update")
  );
  assert.deepEqual([...new Set(carriers)].sort(), [
    "dense/update.wgsl",
    "pointwise/update.wgsl",
    "pointwise/update_rows.wgsl",
  ]);
});
