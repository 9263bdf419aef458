import assert from "node:assert/strict";
import { narrowed } from "../../lib/galaxy/model.ts";
import { GalaxyNetwork, type NetworkOptions } from "../../lib/galaxy/network.ts";
import { IMAGE_FLOATS } from "../../lib/galaxy/transforms.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { initialValues } from "../../lib/nn/initialise.ts";
import { elements } from "../../lib/nn/layer.ts";
import { Random } from "../../lib/random.ts";
import { ARCHITECTURES } from "../../bench/architectures.ts";
import { withDispatches } from "../../bench/assembled.ts";
import { TILES } from "../../lib/verify/checks/bench.ts";
import { gpuTest } from "../gpu.ts";

const BATCH = 2;

/** One architecture for each kind of first layers. */
const KINDS = ARCHITECTURES.filter(({ name }) =>
  ["extradense", "shareddense", "8433n_maxout2048"].includes(name)
);

/** Answers of a narrow network, and the bytes of its activations. */
async function predict(
  gpu: Gpu,
  full: typeof ARCHITECTURES[number],
  options: Pick<NetworkOptions, "trainable"> & Partial<NetworkOptions>,
) {
  const network = await GalaxyNetwork.build(gpu, narrowed(full, 0.05), {
    batch: BATCH,
    slots: 1,
    dropout: false,
    ...options,
  });
  network.parameters.forEach((parameter, index) => {
    const deviation = Math.sqrt(2 / elements(parameter.shape.slice(1)));
    const initialisation = parameter.name.endsWith("weight") ? { deviation } : { constant: 0.1 };
    network.set(parameter, "value", initialValues({ ...parameter, initialisation }, 5, index));
  });
  const random = new Random(3, "test");
  network.load(Float32Array.from({ length: BATCH * IMAGE_FLOATS }, () => random.uniform()));
  network.run("predict", 1);
  const answers = await network.answers(BATCH);
  const { activations } = network.memory.bytes;
  // What a pooling reads, where there is one that is no part of a convolution.
  let unpooled = 0;
  network.layers.forEach(({ label }, index) => {
    if (label.endsWith("pool")) unpooled += network.layers[index - 1].output.value.size;
  });
  network.destroy();
  return { answers, activations, unpooled };
}

gpuTest(
  "a network that predicts keeps nothing unpooled, and answers the same bits",
  async (gpu) => {
    assert.equal(KINDS.length, 3);
    for (const model of KINDS) {
      for (const tiles of [undefined, TILES.gpu()]) {
        const options = tiles ? { tiles } : {};
        const training = await predict(gpu, model, { trainable: true, ...options });
        const predicting = await predict(gpu, model, { trainable: false, ...options });
        assert.deepEqual(predicting.answers, training.answers, model.name);
        assert.ok(training.answers.some((answer) => answer > 0 && answer < 1), model.name);
        assert.ok(training.unpooled > 0, model.name);
        assert.equal(predicting.unpooled, 0, model.name);
        assert.equal(predicting.activations, training.activations - training.unpooled, model.name);
      }
    }
  },
);

gpuTest("dense layers do maxout, they and the merging the next dropout", async (gpu) => {
  for (const full of ARCHITECTURES) {
    const model = narrowed(full, 0.05);
    const shared = model.layers.filter(({ type }) => type === "partDense").length;
    await withDispatches(gpu, model, BATCH, ({ train, predict }) => {
      const uses = (dispatches: typeof train, kernel: string) =>
        dispatches.filter((dispatch) => dispatch.kernel.name === kernel).length;
      // Forward and backward: before the dense layer that the parts share.
      assert.equal(uses(train, "pointwise/dropout"), 2 * shared, model.name);
      for (const kernel of ["pointwise/maxout", "pointwise/maxout_gradient"]) {
        assert.equal(uses(train, kernel), shared, model.name);
      }
      assert.equal(uses(predict, "pointwise/maxout"), shared, model.name);
      return Promise.resolve();
    });
  }
});
