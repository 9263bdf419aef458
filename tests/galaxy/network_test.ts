import assert from "node:assert/strict";
import { defineModel, type Model } from "../../lib/galaxy/model.ts";
import { GalaxyNetwork, type NetworkOptions } from "../../lib/galaxy/network.ts";
import { ORDERS, PARTS } from "../../lib/galaxy/parts.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { IMAGE_FLOATS } from "../../lib/galaxy/transforms.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import type { Work } from "../../lib/gpu/turns.ts";
import { download } from "../../lib/gpu/memory.ts";
import { elements } from "../../lib/nn/layer.ts";
import { Random } from "../../lib/random.ts";
import { TILES } from "../../lib/verify/checks/bench.ts";
import { gpuTest } from "../gpu.ts";
import { decisionTree } from "../../lib/verify/reference/decision_tree.ts";
import { merge } from "../../lib/verify/reference/merge.ts";

/** Counts that no four divides: padding everywhere. */
const small = defineModel("small", (galaxy) =>
  galaxy
    .parts()
    .conv({ filters: 5, size: 6 }).maxPool()
    .conv({ filters: 3, size: 5 }).maxPool()
    .conv({ filters: 6, size: 3 })
    .conv({ filters: 5, size: 3 }).maxPool()
    .partMaxout(3)
    .merge()
    .maxout(5)
    .dense(9)
    .answers());

const BATCH = 2;

/** Builds a network with random parameters, large enough for signals to come through. */
async function buildSmall(
  gpu: Gpu,
  options: Partial<NetworkOptions> = {},
  model: Model = small,
): Promise<GalaxyNetwork> {
  const network = await GalaxyNetwork.build(gpu, model, {
    batch: BATCH,
    trainable: true,
    slots: 1,
    losses: 20,
    seed: 3,
    tiles: TILES.small(),
    ...options,
  });
  const random = new Random(11, "test");
  for (const parameter of network.parameters) {
    const [, ...inputs] = parameter.shape;
    const weights = parameter.name.endsWith("weight");
    const deviation = Math.sqrt(2 / elements(inputs));
    const value = () => weights ? random.normal(0, deviation) : 0.1;
    network.set(
      parameter,
      "value",
      Float32Array.from({ length: elements(parameter.shape) }, value),
    );
  }
  network.seek({ slot: 0, minibatch: 0, step: 0, learningRate: 0.02 });
  return network;
}

/** Views and labels that obey the tree. */
function examples(count: number): { views: Float32Array; labels: Float32Array } {
  const random = new Random(12, "test");
  const numbers = (length: number) => Float32Array.from({ length }, () => random.uniform());
  const labels = decisionTree(numbers(count * ANSWER_COUNT), count);
  return { views: numbers(count * IMAGE_FLOATS), labels: Float32Array.from(labels) };
}

async function parametersOf(network: GalaxyNetwork): Promise<Map<string, Float32Array>> {
  const all = new Map<string, Float32Array>();
  for (const parameter of network.parameters) {
    all.set(parameter.name, await network.get(parameter, "value"));
  }
  return all;
}

gpuTest("training with learning rate 0 changes no parameter", async (gpu) => {
  const network = await buildSmall(gpu);
  const { views, labels } = examples(BATCH);
  network.load(views, labels);
  network.seek({ learningRate: 0 });
  const before = await parametersOf(network);
  network.run("train", 1);
  assert.deepEqual(await parametersOf(network), before);
  const [loss] = await network.losses(1);
  assert.ok(loss > 0, `the loss is ${loss}`);
  network.destroy();
});

gpuTest("the loss falls over 20 steps on a fixed batch", async (gpu) => {
  const network = await buildSmall(gpu, { dropout: false });
  const { views, labels } = examples(BATCH);
  network.seek({ learningRate: 0.1 });
  for (let step = 0; step < 20; step++) {
    network.load(views, labels);
    network.run("train", 1);
  }
  const losses = await network.losses(20);
  assert.ok(losses[19] < losses[0] / 2, `the losses are ${losses.join(", ")}`);
  network.destroy();
});

gpuTest("the same seed and data give the same bits, in any number of slots", async (gpu) => {
  const { views, labels } = examples(5 * BATCH);
  const trained: Map<string, Float32Array>[] = [];
  for (const slots of [5, 5, 1]) {
    const network = await buildSmall(gpu, { slots });
    for (let first = 0; first < 5; first += slots) {
      const range = (size: number): [number, number] => [
        first * BATCH * size,
        (first + slots) * BATCH * size,
      ];
      const some = views.subarray(...range(IMAGE_FLOATS));
      network.load(some, labels.subarray(...range(ANSWER_COUNT)));
      network.run("train", slots);
    }
    trained.push(await parametersOf(network));
    network.destroy();
  }
  assert.deepEqual(trained[1], trained[0]);
  assert.deepEqual(trained[2], trained[0]);
});

gpuTest("dropout draws a new mask for each step and layer, and keeps about half", async (gpu) => {
  const network = await buildSmall(gpu);
  const { views, labels } = examples(BATCH);
  network.seek({ learningRate: 0 });
  const masks: string[][] = [];
  for (let step = 0; step < 3; step++) {
    network.load(views, labels);
    network.seek({ step });
    network.run("train", 1);
    masks.push([]);
    for (const [index, { label, output }] of network.layers.entries()) {
      const merged = label === "merge";
      if (!merged && output.training === output.value) continue;
      const { training, value, channels, height, width, n } = output;
      const count = channels * height * width * n;
      const after = await download(gpu, training, count);
      // What is merged is nowhere without dropout.
      const before = merged
        ? merge(
          await download(gpu, network.layers[index - 1].output.training, count),
          count / PARTS / BATCH,
          BATCH,
        )
        : await download(gpu, value, count);
      const alive = [...before.keys()].filter((at) => before[at] !== 0);
      const kept = alive.filter((at) => after[at] !== 0);
      for (const at of kept) assert.equal(after[at], 2 * before[at]);
      // Six standard deviations of a fair coin.
      const allowed = 3 * Math.sqrt(alive.length);
      assert.ok(
        Math.abs(kept.length - alive.length / 2) < allowed,
        `${kept.length} of ${alive.length}`,
      );
      masks[step].push([...after].map((value) => value === 0 ? 0 : 1).join(""));
    }
    assert.equal(masks[step].length, 4);
  }
  for (const [layer, mask] of masks[0].entries()) {
    assert.notEqual(masks[1][layer], mask, "another step, another mask");
    assert.notEqual(masks[2][layer], masks[1][layer]);
    for (const other of masks[0].slice(layer + 1)) {
      const length = Math.min(16, mask.length, other.length);
      assert.notEqual(other.slice(0, length), mask.slice(0, length), "another layer, another mask");
    }
  }
  network.destroy();
});

gpuTest("predicting ignores dropout, and a network that only predicts agrees", async (gpu) => {
  const { views } = examples(BATCH);
  const answers: Float32Array[] = [];
  for (const options of [{}, { dropout: false }, { trainable: false }]) {
    const network = await buildSmall(gpu, options);
    for (let time = 0; time < 2; time++) {
      network.load(views);
      network.seek({ step: time });
      network.run("predict", 1);
      answers.push(await network.answers(BATCH));
    }
    network.destroy();
  }
  for (const other of answers) assert.deepEqual(other, answers[0]);
  assert.ok(answers[0].some((value) => value > 0 && value < 1));
});

gpuTest("padding holds zeros and stays so", async (gpu) => {
  const network = await buildSmall(gpu);
  const { views, labels } = examples(BATCH);
  for (let step = 0; step < 3; step++) {
    network.load(views, labels);
    network.run("train", 1);
  }
  let padding = 0;
  for (const parameter of network.parameters) {
    for (const slice of [parameter.value, parameter.velocity!]) {
      const stored = await download(gpu, slice, parameter.storedCount);
      assert.deepEqual(stored, parameter.pack(parameter.unpack(stored)), parameter.name);
      padding += parameter.storedCount - elements(parameter.shape);
    }
  }
  assert.ok(padding > 0);
  // Pooling and maxout write gradients in place of activations, so a forward pass comes first.
  network.load(views);
  network.run("predict", 1);
  for (const { output: { label, value, channels, height, width, n } } of network.layers) {
    const rest = (await download(gpu, value)).subarray(channels * height * width * n);
    assert.ok(rest.every((number) => number === 0), `${label} has padding that is not 0`);
  }
  network.destroy();
});

gpuTest("nothing is allocated after a network is built", async (gpu) => {
  const network = await buildSmall(gpu);
  const { views, labels } = examples(BATCH);
  const { device } = gpu;
  const count = network.memory.count, bytes = { ...network.memory.bytes };
  const refuse = (what: string) => () => {
    throw new Error(`${what} was called`);
  };
  device.createBuffer = refuse("createBuffer");
  device.createBindGroup = refuse("createBindGroup");
  device.createComputePipeline = refuse("createComputePipeline");
  device.createComputePipelineAsync = refuse("createComputePipelineAsync");
  for (const program of ["warmUp", "train", "train", "predict"] as const) {
    network.load(views, labels);
    network.run(program, 1);
  }
  const work = network.recordTraining([["train", 1]], 3);
  work.submit();
  await work.result();
  const prediction = network.recordPrediction(BATCH);
  prediction.submit();
  await prediction.result();
  await network.losses(3);
  await network.answers(BATCH);
  for (const parameter of network.parameters) await network.get(parameter, "velocity");
  network.resetVelocities();
  await gpu.finish();
  assert.equal(network.memory.count, count);
  assert.deepEqual(network.memory.bytes, bytes);
  network.destroy();
});

gpuTest("recorded work gives what running and reading gives", async (gpu) => {
  const { views, labels } = examples(3 * BATCH);
  const both: { answers: Float32Array; losses: Float32Array }[] = [];
  for (const recorded of [false, true]) {
    const network = await buildSmall(gpu, { slots: 3 });
    network.load(views, labels);
    const take = async <Result>(work: Work<Result>) => {
      work.submit();
      return await work.result();
    };
    let losses, answers;
    if (recorded) {
      const look = await take(network.recordTraining([["warmUp", 1], ["train", 2]], 3));
      assert.deepEqual(look!.notFinite, []);
      losses = look!.losses;
      network.load(views);
      // One example less than the slots hold.
      answers = await take(network.recordPrediction(3 * BATCH - 1));
    } else {
      network.run("warmUp", 1);
      network.run("train", 2);
      losses = await network.losses(3);
      network.load(views);
      network.run("predict", 3);
      answers = await network.answers(3 * BATCH - 1);
    }
    both.push({ losses: losses!, answers: answers! });
    network.destroy();
  }
  assert.ok(both[0].losses.every((loss) => loss > 0));
  assert.equal(both[0].answers.length, (3 * BATCH - 1) * ANSWER_COUNT);
  assert.deepEqual(both[1], both[0]);
});

gpuTest(
  "a look names the tensors with numbers that are not finite, in the network's order",
  async (gpu) => {
    const { views, labels } = examples(BATCH);
    const network = await buildSmall(gpu, { losses: 3 });
    for (const [value, numbers] of [[NaN, [0]], [-Infinity, [1, 4, 5]]] as const) {
      const changed = [2, 5].map((index) => network.parameters[index]);
      const before = await Promise.all(changed.map(async (parameter) => {
        const values = await network.get(parameter, "value");
        const poisoned = values.slice();
        for (const at of numbers) poisoned[at] = value;
        network.set(parameter, "value", poisoned);
        return values;
      }));
      const { notFinite } = await network.look(1);
      const expected = changed.map(({ name, storedCount }) => ({
        name,
        count: numbers.length,
        of: storedCount,
      }));
      assert.deepEqual(notFinite, expected);
      changed.forEach((parameter, index) => network.set(parameter, "value", before[index]));
      assert.deepEqual((await network.look(1)).notFinite, []);
    }
    network.load(views, labels);
    network.seek({ minibatch: 0, step: 0, learningRate: 1e30 });
    network.run("train", 1);
    const look = await network.look(1);
    // The loss is that of before the update.
    assert.ok(look.losses.length === 1 && look.losses[0] > 0 && look.losses[0] < 1);
    network.run("train", 1);
    assert.ok((await network.look(2)).notFinite.length > 0);
    network.destroy();
  },
);

gpuTest("two predictions under way do not mix", async (gpu) => {
  const { views } = examples(2 * BATCH);
  const halves = [0, 1].map((half) =>
    views.subarray(half * BATCH * IMAGE_FLOATS, (half + 1) * BATCH * IMAGE_FLOATS)
  );
  for (const orders of [1, ORDERS] as const) {
    const network = await buildSmall(gpu, { trainable: false, orders });
    const alone: Float32Array[] = [];
    for (const half of halves) {
      network.load(half);
      network.run("predict", 1);
      alone.push(await network.answers(BATCH));
    }
    assert.notDeepEqual(alone[0], alone[1]);
    const together: Work<Float32Array>[] = [];
    for (const half of halves) {
      network.load(half);
      together.push(network.recordPrediction(BATCH));
      together.at(-1)!.submit();
    }
    assert.deepEqual(await together[0].result(), alone[0]);
    assert.deepEqual(await together[1].result(), alone[1]);
    network.destroy();
  }
});

gpuTest("velocities start at zero again after a reset", async (gpu) => {
  const network = await buildSmall(gpu);
  const { views, labels } = examples(BATCH);
  network.load(views, labels);
  network.run("warmUp", 1);
  const last = network.parameters.at(-1)!;
  assert.ok((await network.get(last, "velocity")).some((value) => value !== 0));
  network.resetVelocities();
  for (const parameter of network.parameters) {
    const velocity = await network.get(parameter, "velocity");
    assert.ok(velocity.every((value) => value === 0), parameter.name);
  }
  network.destroy();
});

gpuTest("a network that only predicts keeps no gradients and no velocities", async (gpu) => {
  const network = await buildSmall(gpu, { trainable: false });
  assert.equal(network.memory.bytes.gradients, 0);
  assert.equal(network.memory.bytes.velocities, 0);
  network.destroy();
});
