import assert from "node:assert/strict";
import { defineModel } from "../../lib/galaxy/model.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { type StepOptions, Training, type TrainingOptions } from "../../lib/library/training.ts";
import { gpuTest } from "../gpu.ts";
import { smallModel } from "./small.ts";

const SMALL = smallModel();
const BATCH = 4;
const GALAXIES = Array.from({ length: BATCH }, (_, index) => syntheticGalaxy(5, index));
const PIXELS = new Uint8Array(GALAXIES.flatMap(({ pixels }) => [...pixels]));
const LABELS = new Float32Array(GALAXIES.flatMap(({ fractions }) => [...fractions]));

/** Trains for a few steps. @returns the losses and the parameters, as one list of bytes */
async function trained(
  gpu: Gpu,
  options: TrainingOptions,
  steps: readonly StepOptions[],
  model = SMALL,
) {
  const training = await Training.build(gpu, model, { batch: BATCH, ...options });
  try {
    const losses: number[] = [];
    for (const step of steps) {
      training.load(PIXELS, LABELS);
      losses.push(await training.step(step));
    }
    assert.equal(training.steps, steps.length);
    return { losses, trained: await training.parameters() };
  } finally {
    training.close();
  }
}

gpuTest("a network learns a minibatch that it sees again and again", async (gpu) => {
  const training = await Training.build(gpu, SMALL, {
    batch: BATCH,
    perturb: false,
    dropout: false,
  });
  training.load(PIXELS, LABELS);
  const losses: number[] = [];
  for (let step = 0; step < 60; step++) {
    losses.push(await training.step({ warmUp: step < 30 }));
  }
  assert.ok(losses[29] < 0.8 * losses[0], `${losses[0]} to ${losses[29]} in the warm-up`);
  assert.ok(losses[59] < 0.9 * losses[30], `${losses[30]} to ${losses[59]} after it`);
  training.close();
});

gpuTest("the seed decides everything: weights, perturbations and dropout", async (gpu) => {
  const steps = [{ warmUp: true }, {}, {}];
  const first = await trained(gpu, { seed: 3 }, steps);
  assert.deepEqual(await trained(gpu, { seed: 3 }, steps), first);
  assert.notDeepEqual((await trained(gpu, { seed: 4 }, steps)).losses, first.losses);
  assert.notDeepEqual(
    (await trained(gpu, { seed: 3, dropout: false }, steps)).losses,
    first.losses,
  );
  assert.notDeepEqual(
    (await trained(gpu, { seed: 3, perturb: false }, steps)).losses,
    first.losses,
  );
});

gpuTest("a training can begin with the parameters of another", async (gpu) => {
  const plain = { perturb: false, dropout: false };
  const [warm, step] = [{ warmUp: true }, {}];
  const whole = await trained(gpu, plain, [warm, step]);
  const half = await trained(gpu, plain, [warm]);
  // Velocities start anew after the warm-up, so nothing else is needed to go on.
  const rest = await trained(gpu, { ...plain, from: half.trained }, [step]);
  assert.deepEqual(rest.trained, whole.trained);
});

gpuTest("a norm constraint is applied after every tenth step", async (gpu) => {
  const constrained = defineModel(
    "constrained",
    (galaxy) =>
      galaxy.parts().conv({ filters: 4, size: 6 }).maxPool().merge()
        .maxout(4, { weightStd: 0.1, maxNorm: 0.05 }).answers(),
  );
  const largest = async (steps: number) => {
    const { trained: { parameters } } = await trained(gpu, {}, Array(steps).fill({}), constrained);
    const { shape: [units, inputs], data } = parameters.get("dense1.weight")!;
    return Math.max(...Array.from({ length: units }, (_, unit) => {
      const row = data.subarray(unit * inputs, (unit + 1) * inputs);
      return Math.sqrt(row.reduce((sum, weight) => sum + weight ** 2, 0) / inputs);
    }));
  };
  assert.ok(await largest(9) > 0.09);
  assert.ok(await largest(10) < 0.0501);
});

gpuTest("a step without a minibatch, and minibatches of another size, are refused", async (gpu) => {
  const training = await Training.build(gpu, SMALL, { batch: BATCH });
  await assert.rejects(training.step(), /call load first/);
  assert.throws(
    () => training.load(PIXELS, LABELS.subarray(0, 3 * ANSWER_COUNT)),
    /^RangeError: 4 images and 111 labels; a minibatch has 4 and 4 × 37 = 148$/,
  );
  assert.throws(() => training.load(PIXELS.subarray(0, PIXELS.length / 2), LABELS), /2 images/);
  training.close();
});

gpuTest("a loss that is not finite ends a training", async (gpu) => {
  const training = await Training.build(gpu, SMALL, { batch: BATCH });
  training.load(PIXELS, LABELS.map(() => NaN));
  await assert.rejects(training.step(), /^UserError: the loss of step 1 is NaN: .* has diverged$/);
  training.close();
});
