import assert from "node:assert/strict";
import { Memory } from "../../lib/gpu/memory.ts";
import { gpuTest } from "../gpu.ts";
import { madeDuring, slope } from "../../bench/memory.ts";

gpuTest("what a device makes is counted, while it is watched", async (gpu) => {
  const memory = new Memory(gpu);
  const two = async () => {
    await memory.allocate("one", "data", 4);
    await memory.allocate("two", "data", 4);
  };
  assert.equal(await madeDuring(gpu, two), 2);
  await two();
  assert.equal(await madeDuring(gpu, () => Promise.resolve()), 0);
  memory.destroy();
});

Deno.test("the slope of resident memory over steps", () => {
  const samples = [0, 1, 2, 3].map((at) => ({ steps: 10 * at, mib: 100 + 5 * at }));
  assert.ok(Math.abs(slope(samples) - 0.5) < 1e-12);
  assert.equal(slope(samples.slice(0, 1)), 0);
});
