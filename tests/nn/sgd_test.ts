import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { newParameter } from "../../lib/nn/layer.ts";
import { updateBias } from "../../lib/nn/sgd.ts";
import { MAX_ROUNDS } from "../../lib/nn/tiles.ts";
import { Bench, TILES } from "../checks/bench.ts";
import { UPDATES } from "../checks/updates.ts";
import { gpuTest, testChecks } from "../gpu.ts";
import { nesterov } from "../reference/nesterov.ts";

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
  assert.throws(() => updateBias(build, bias, gradient, MAX_ROUNDS + 1), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(
      error.message,
      /conv1\.bias is a sum over 65536 maps, at most 65535 .* --batch-size/,
    );
    return true;
  });
});
