import assert from "node:assert/strict";
import { maxPoolLayer } from "../../lib/nn/max_pool.ts";
import { Bench, TILES } from "../checks/bench.ts";
import { POOLING } from "../checks/pooling.ts";
import { gpuTest, testChecks } from "../gpu.ts";
import { maxPool, maxPoolGradient } from "../reference/max_pool.ts";

testChecks(POOLING.filter(({ name }) => name.startsWith("max_pool")));

Deno.test("all that equal a window's maximum get its gradient, but none where it is zero", () => {
  const shape = { F: 1, HP: 1, WP: 2, N: 1 };
  const x = [3, 3, 0, 0, 1, 3, 0, 0];
  assert.deepEqual([...maxPool(x, shape)], [3, 0]);
  assert.deepEqual([...maxPoolGradient(x, [5, 7], shape)], [5, 5, 0, 0, 0, 5, 0, 0]);
});

gpuTest("odd sides cannot be pooled, nor what went through no ReLU", async (gpu) => {
  const bench = new Bench(gpu, TILES.small());
  const build = await bench.build();
  const pool = async (height: number, rectified: boolean) => {
    const shape = { channels: 4, height, width: 2, n: 16, rectified };
    await maxPoolLayer(build, await bench.tensor(new Float32Array(128 * height), shape));
  };
  await pool(2, true);
  await assert.rejects(pool(3, true), /x: cannot pool 3×2 by two/);
  await assert.rejects(pool(2, false), /x: pooling follows a ReLU/);
});
