/** Numbers that are not finite: cases 16 and 21, and others of their kind. */
import assert from "node:assert/strict";
import { openDataset } from "../../lib/data/dataset.ts";
import { ViewProducer } from "../../lib/data/views/workers.ts";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { loadCheckpoint, loadParameters } from "../../lib/runs/parameter_files.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import type { TrainSettings } from "../../lib/runs/settings.ts";
import { Trainer, type TrainerHooks } from "../../lib/train/trainer.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { gpuTest } from "../gpu.ts";
import { SMALL_SETTINGS, smallModel, smallSurvey, trainSmall } from "../train/small.ts";

interface Setup {
  readonly trainer: Trainer;
  readonly folder: RunFolder;
}

/** A trainer of the small model whose first label is `label`, if that is given. */
async function withTrainer(
  gpu: Gpu,
  options: Partial<TrainSettings> & TrainerHooks & { label?: number },
  test: (setup: Setup) => Promise<void>,
) {
  const { label, stopRequested, ...settings } = options;
  await inFolder(async (path) => {
    const { train } = await openDataset(await smallSurvey(`${path}/survey`), {
      need: { train: true },
    });
    if (label !== undefined) train.labels[0] = label;
    const producer = new ViewProducer({ workers: 1, paths: train.paths });
    const folder = new RunFolder(`${path}/run`);
    await Deno.mkdir(folder.path);
    try {
      const trainer = await Trainer.prepare(
        gpu,
        smallModel,
        { ...SMALL_SETTINGS, ...settings },
        { producer, labels: train.labels, trainingCount: 16 },
        folder,
        { resume: false, ...(stopRequested ? { stopRequested } : {}) },
      );
      await test({ trainer, folder });
    } finally {
      producer.close();
    }
  });
}

gpuTest(
  "case 16: parameters and checkpoints with numbers that are not finite are refused",
  (gpu) =>
    inFolder(async (path) => {
      const survey = await smallSurvey(`${path}/survey`);
      const folder = new RunFolder(`${path}/run`);
      const { origin } = await trainSmall(gpu, survey, folder.path, { chunks: 1 });
      const network = await GalaxyNetwork.build(gpu, smallModel, {
        batch: 1,
        trainable: true,
        slots: 1,
      });
      for (const file of [folder.parameters, folder.checkpoint]) {
        const { tensors, metadata } = await readSafetensors(file);
        const load = file === folder.parameters
          ? () => loadParameters(file, network, { acceptUnmarked: true, warn: () => {} })
          : () => loadCheckpoint(file, network, origin);
        await load();
        for (
          const [name, value] of [["conv1.weight", NaN], ["output.weight", -Infinity]] as const
        ) {
          const poisoned = [...tensors].map(([each, { shape, data }]) => ({
            name: each,
            shape,
            data: each === name ? new Float32Array(data.length).fill(value) : data,
          }));
          const count = tensors.get(name)!.data.length;
          const sick = `"${name}" holds ${count} of ${count} values that are not finite`;
          // As poison.py leaves it: with the old note of what it was made from.
          await writeSafetensors(file, poisoned, metadata);
          await assertUserError(load(), file, /is damaged: its values are not those/, sick);
          // As another program writes it.
          await writeSafetensors(file, poisoned);
          await assertUserError(load(), file, /cannot be used: /, sick);
        }
      }
      network.destroy();
    }),
);

gpuTest(
  "case 21: a loss that is not finite ends the training at its minibatch",
  (gpu) =>
    withTrainer(gpu, { label: 1e30, validateEvery: 1 }, async ({ trainer, folder }) => {
      await assertUserError(
        trainer.train(),
        /diverged in chunk 1 of 3, at minibatch [1-3] of 3 \(step [1-3]\): its loss is Infinity/,
        /Nothing of this was written\. Nothing had been saved yet\. Look at the labels/,
      );
      assert.equal(await Deno.readTextFile(folder.history), "");
      assert.deepEqual(await folder.found(), [folder.history]);
    }),
);

gpuTest(
  "a learning rate that is too large ends the training, whatever the losses say",
  (gpu) =>
    withTrainer(gpu, { learningRate: 1e30, warmUpChunks: 0 }, async ({ trainer, folder }) => {
      await assertUserError(trainer.train(), /diverged in chunk 1 of 3, .*first tensor concerned/);
      assert.deepEqual(await folder.found(), [folder.history]);
    }),
);

gpuTest("parameters that go bad with finite losses end it; what was saved before stays", (gpu) => {
  const saved = new Map<string, Uint8Array>();
  let poison = () => {};
  const stopRequested = () => {
    poison();
    return false;
  };
  const options = { chunks: 4, validateEvery: 2, stopRequested };
  return withTrainer(gpu, options, async ({ trainer, folder }) => {
    poison = () => {
      // After the second chunk, which is saved.
      if (trainer.position.chunk !== 2 || saved.size > 0) return;
      for (const file of [folder.parameters, folder.checkpoint]) {
        saved.set(file, Deno.readFileSync(file));
      }
      const { network } = trainer;
      const weight = network.parameters.find(({ name }) => name === "conv2.weight")!;
      // max(x, 0) makes 0 of NaN, so that the losses stay finite.
      const values = new Float32Array(weight.shape.reduce((a, b) => a * b)).fill(NaN);
      network.set(weight, "value", values);
    };
    await assertUserError(
      trainer.train(),
      /diverged in chunk 3 of 4, between minibatches 1 and 3 of 3 \(steps 7 to 9\), with finite/,
      /first tensor concerned, with/,
      /What was saved before chunk 3, minibatch 1, stays in .*run, but --resume/,
    );
    assert.equal(saved.size, 2);
    for (const [file, bytes] of saved) assert.deepEqual(await Deno.readFile(file), bytes);
    assert.equal((await Deno.readTextFile(folder.history)).split("\n").length, 3);
  });
});

gpuTest("parameters that are not finite are not saved by a stop either", (gpu) => {
  let groups = 0;
  let poison = () => {};
  const stopRequested = () => {
    if (++groups === 1) poison();
    return groups === 1;
  };
  const options = { chunkSize: 40, validateEvery: 1, stopRequested };
  return withTrainer(gpu, options, async ({ trainer, folder }) => {
    poison = () => {
      const bias = trainer.network.parameters.find(({ name }) => name === "output.bias")!;
      trainer.network.set(bias, "value", new Float32Array(37).fill(Infinity));
    };
    await assertUserError(trainer.train(), /between minibatches 1 and \d of 10.*output\.bias/);
    assert.deepEqual(await folder.found(), [folder.history]);
  });
});

gpuTest(
  "a validation whose answers are not finite is an error, and no number",
  (gpu) =>
    withTrainer(gpu, { chunks: 1 }, async ({ trainer, folder }) => {
      const { network } = trainer;
      const record = network.recordPrediction.bind(network);
      network.recordPrediction = (examples) => {
        const work = record(examples);
        const result = async () => {
          const answers = await work.result();
          answers[37 + 4] = NaN;
          return answers;
        };
        return { submit: work.submit, result };
      };
      await assertUserError(
        trainer.train(),
        /diverged in chunk 1 of 1, at its validation: answer 5 of 37 to validation galaxy 2 is NaN/,
      );
      assert.equal(await Deno.readTextFile(folder.history), "");
    }),
);
