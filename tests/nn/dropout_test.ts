import assert from "node:assert/strict";
import { dropoutLayer } from "../../lib/nn/dropout.ts";
import { source } from "../../lib/nn/layer.ts";
import { Bench, TILES } from "../../lib/verify/checks/bench.ts";
import { DROPOUT } from "../../lib/verify/checks/dropout.ts";
import { gpuTest, testChecks } from "../gpu.ts";
import { isKept, type Mask } from "../../lib/verify/reference/dropout.ts";

testChecks(DROPOUT);

const COUNT = 20_000;

/** The share of elements on which two masks agree. */
function agreement(a: Mask, b: Mask): number {
  let same = 0;
  for (let at = 0; at < COUNT; at++) same += Number(isKept(a, at) === isKept(b, at));
  return same / COUNT;
}

Deno.test("a mask keeps half, and masks of other seeds, layers and steps are independent", () => {
  const mask = { seed: 1, layer: 0, step: 0 };
  let kept = 0;
  for (let at = 0; at < COUNT; at++) kept += Number(isKept(mask, at));
  // Six standard deviations of a fair coin are 0.02.
  assert.ok(Math.abs(kept / COUNT - 0.5) < 0.02, `${kept} of ${COUNT} are kept`);
  assert.equal(agreement(mask, { ...mask }), 1);
  for (const other of [{ ...mask, seed: 2 }, { ...mask, layer: 1 }, { ...mask, step: 1 }]) {
    assert.ok(Math.abs(agreement(mask, other) - 0.5) < 0.02, JSON.stringify(other));
  }
});

gpuTest("training reads the dropped values, predicting what was there before", async (gpu) => {
  const bench = new Bench(gpu, TILES.small());
  const input = await bench.tensor(bench.numbers(64), { channels: 4, n: 16 });
  const { output, forward } = await dropoutLayer(await bench.build(), input, 0);
  assert.equal(source(output, "train"), output.training);
  assert.notEqual(output.training, input.training);
  assert.equal(source(output, "predict"), input.value);
  assert.deepEqual(forward("predict"), []);
});
