import assert from "node:assert/strict";
import { upload } from "../../lib/gpu/memory.ts";
import { conv2dLayer } from "../../lib/nn/conv2d/layer.ts";
import { elements } from "../../lib/nn/layer.ts";
import { maxPoolLayer } from "../../lib/nn/max_pool.ts";
import { Bench, canRun, TILES, type TilesName } from "../../lib/verify/checks/bench.ts";
import { POOLING } from "../../lib/verify/checks/pooling.ts";
import { gpuTest, testChecks } from "../gpu.ts";
import { maxPool, maxPoolGradient } from "../../lib/verify/reference/max_pool.ts";

testChecks(POOLING.filter(({ name }) => name.startsWith("max_pool")));

Deno.test("all that equal a window's maximum get its gradient, but none where it is zero", () => {
  const shape = { F: 1, HP: 1, WP: 2, N: 1 };
  const x = [3, 3, 0, 0, 1, 3, 0, 0];
  assert.deepEqual([...maxPool(x, shape)], [3, 0]);
  assert.deepEqual([...maxPoolGradient(x, [5, 7], shape)], [5, 5, 0, 0, 0, 5, 0, 0]);
});

gpuTest("odd sides or batches cannot be pooled", async (gpu) => {
  const bench = new Bench(gpu, TILES.small());
  const build = await bench.build();
  const pool = async (height: number, n = 16) => {
    const shape = { channels: 4, height, width: 2, n };
    await maxPoolLayer(build, await bench.tensor(new Float32Array(8 * n * height), shape));
  };
  await pool(2);
  await assert.rejects(pool(3), /x: cannot pool 3×2 by two/);
  await assert.rejects(pool(2, 18), /x: pooling takes four maps at a time, not 18/);
});

const CONV = { name: "conv", filters: 8, relu: true, weightStd: 0, bias: 0 };

for (const tiles of Object.keys(TILES) as TilesName[]) {
  gpuTest(
    `a convolution that pools gives the same bits as one that does not, ${tiles} tiles`,
    async (gpu) => {
      if (!canRun(gpu, tiles)) {
        return console.warn(`NOT RUN: ${gpu.name} has no subgroups of one known size`);
      }
      const bench = new Bench(gpu, TILES[tiles](gpu.subgroup));
      // Outputs of 6×10 and of 8×8.
      for (const [height, width, size] of [[9, 13, 4], [10, 10, 3]]) {
        const shape = { channels: 8, height, width, n: 20 };
        const input = await bench.tensor(bench.numbers(8 * height * width * 20), shape);
        const kept = await conv2dLayer(await bench.build(), input, { ...CONV, size });
        const pooling = await maxPoolLayer(await bench.build(), kept.output);
        const build = await bench.build({ trainable: false });
        const fused = await conv2dLayer(build, input, { ...CONV, size, pool: true });
        for (const [index, { shape, pack, value }] of kept.parameters.entries()) {
          const values = pack(bench.numbers(elements(shape)));
          for (const slice of [value, fused.parameters[index].value]) upload(gpu, slice, values);
        }
        await bench.run([kept, pooling, fused].flatMap((layer) => layer.forward("predict")));
        const count = pooling.output.value.size / 4;
        assert.equal(fused.output.value.size / 4, count);
        const expected = await bench.read(pooling.output.value, count);
        assert.deepEqual(await bench.read(fused.output.value, count), expected);
        assert.ok(expected.some((value) => value > 0));
      }
      bench.memory.destroy();
    },
  );
}

gpuTest("a convolution pools neither odd sides nor what training needs", async (gpu) => {
  const bench = new Bench(gpu, TILES.small());
  const input = await bench.tensor(new Float32Array(4 * 36), {
    channels: 4,
    height: 6,
    width: 6,
    n: 1,
  });
  const conv = async (size: number, trainable: boolean) =>
    await conv2dLayer(await bench.build({ trainable }), input, { ...CONV, size, pool: true });
  await conv(3, false);
  await assert.rejects(conv(2, false), /conv: cannot pool 5×5 by two/);
  await assert.rejects(conv(3, true), /conv: training needs what was pooled/);
});
