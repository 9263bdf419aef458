import assert from "node:assert/strict";
import { denseLayer } from "../../lib/nn/dense/layer.ts";
import { Bench, TILES } from "../../lib/verify/checks/bench.ts";
import { POOLING } from "../../lib/verify/checks/pooling.ts";
import { gpuTest, testChecks } from "../gpu.ts";

testChecks(POOLING.filter(({ name }) => name.startsWith("relu")));

gpuTest("the ReLU of a dense layer passes no gradient at exactly 0", async (gpu) => {
  const bench = new Bench(gpu, TILES.small());
  const input = await bench.tensor(bench.numbers(8), { channels: 4, n: 2 });
  for (const relu of [true, false]) {
    // All parameters are zero.
    const options = { name: "dense", units: 4, relu, weightStd: 0, bias: 0 };
    const layer = await denseLayer(await bench.build(), input, options);
    await bench.run(layer.forward("train"));
    await bench.backward(layer, new Float32Array(8).fill(1), 8);
    const [, bias] = layer.parameters;
    const velocity = await bench.read(bias.velocity!, 4);
    assert.equal(velocity.every((value) => value === 0), relu);
  }
  bench.memory.destroy();
});
