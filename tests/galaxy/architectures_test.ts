import assert from "node:assert/strict";
import { narrowed } from "../../lib/galaxy/model.ts";
import { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import { IMAGE_FLOATS } from "../../lib/galaxy/transforms.ts";
import { initialValues } from "../../lib/nn/initialise.ts";
import { elements } from "../../lib/nn/layer.ts";
import { Random } from "../../lib/random.ts";
import { ARCHITECTURES } from "../../bench/architectures.ts";
import { assertAllClose } from "../assert.ts";
import { gpuTest } from "../gpu.ts";
import { decisionTree } from "../../lib/verify/reference/decision_tree.ts";
import { networkReference } from "../../lib/verify/reference/network.ts";

const BATCH = 2;

Deno.test("the seventeen models have nine architectures", () => {
  assert.equal(ARCHITECTURES.length, 9);
});

for (const full of ARCHITECTURES) {
  gpuTest(`${full.name}: forward and backward agree with the float64 reference`, async (gpu) => {
    const model = narrowed(full, 0.05);
    const random = new Random(3, "test");
    const views = Float32Array.from({ length: BATCH * IMAGE_FLOATS }, () => random.uniform());
    const votes = Float32Array.from({ length: 37 * BATCH }, () => random.uniform());
    const labels = Float32Array.from(decisionTree(votes, BATCH));
    const network = await GalaxyNetwork.build(gpu, model, {
      batch: BATCH,
      trainable: true,
      slots: 1,
      dropout: false,
    });
    const parameters = new Map<string, Float32Array>();
    network.parameters.forEach((parameter, index) => {
      // Wide enough for gradients that are worth comparing; no question is dead.
      const wide = { deviation: Math.sqrt(2 / elements(parameter.shape.slice(1))) };
      const isWeight = parameter.name.endsWith("weight");
      const initialisation = isWeight
        ? wide
        : { constant: parameter.name === "output.bias" ? 0.8 : 0.1 };
      const values = initialValues({ ...parameter, initialisation }, 5, index);
      parameters.set(parameter.name, values);
      network.set(parameter, "value", values);
    });
    const reference = networkReference(model, parameters, views, labels, BATCH);

    network.load(views, labels);
    network.run("predict", 1);
    const activations = { absolute: 1e-5, relative: 1e-4 };
    assertAllClose(await network.answers(BATCH), reference.answers, activations, "answers");
    // From no velocity, at learning rate 1, every velocity becomes minus a gradient.
    network.seek({ slot: 0, minibatch: 0, step: 0, learningRate: 1 });
    network.run("train", 1);
    assertAllClose(await network.losses(1), [reference.loss], activations, "loss");
    for (const parameter of network.parameters) {
      const velocity = await network.get(parameter, "velocity");
      const expected = reference.gradients.get(parameter.name)!;
      assert.ok(expected.some((gradient) => Math.abs(gradient) > 1e-6), parameter.name);
      const gradient = velocity.map((value) => -value);
      assertAllClose(gradient, expected, { absolute: 1e-6, relative: 1e-3 }, parameter.name);
    }
    network.destroy();
  });
}
