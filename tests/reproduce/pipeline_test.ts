/** How training and prediction keep the adapter busy, and what they allocate. */
import assert from "node:assert/strict";
import { openDataset } from "../../lib/data/dataset.ts";
import { ViewProducer } from "../../lib/data/views/workers.ts";
import { defineModel } from "../../lib/galaxy/model.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { IMAGE_FLOATS } from "../../lib/galaxy/transforms.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { answersFor } from "../../lib/galaxy/answers.ts";
import { averagedPrediction } from "../../lib/predict/averaging.ts";
import { readHistory } from "../../lib/runs/history.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import type { TrainSettings } from "../../lib/runs/settings.ts";
import { Trainer, type TrainerHooks } from "../../lib/train/trainer.ts";
import { madeDuring } from "../../bench/memory.ts";
import { inFolder } from "../data/folder.ts";
import { gpuTest } from "../gpu.ts";
import { SMALL_SETTINGS, smallSurvey } from "../train/small.ts";

/** A step takes a few milliseconds. */
const quick = defineModel("quick", (galaxy) =>
  galaxy
    .parts()
    .conv({ filters: 4, size: 44 }).maxPool()
    .merge()
    .answers());

interface Setup {
  readonly trainer: Trainer;
  readonly producer: ViewProducer;
  readonly folder: string;
}

/** A trainer of the quick model on a survey of 20 galaxies, its views made after `delay` milliseconds. */
async function withTrainer(
  gpu: Gpu,
  options: Partial<TrainSettings> & TrainerHooks & { delay?: number },
  test: (setup: Setup) => Promise<void>,
) {
  const { delay = 0, onProgress, stopRequested, ...settings } = options;
  await inFolder(async (folder) => {
    const survey = await smallSurvey(`${folder}/survey`);
    const { train } = await openDataset(survey, { need: { train: true } });
    const producer = new ViewProducer({ workers: 2, paths: train.paths });
    const training = producer.training.bind(producer);
    producer.training = async (...chunk) => {
      await new Promise((resolve) => setTimeout(resolve, delay));
      await training(...chunk);
    };
    try {
      const trainer = await Trainer.prepare(
        gpu,
        quick,
        { ...SMALL_SETTINGS, ...settings },
        { producer, labels: train.labels, trainingCount: 16 },
        new RunFolder(folder),
        {
          resume: false,
          ...(onProgress ? { onProgress } : {}),
          ...(stopRequested ? { stopRequested } : {}),
        },
      );
      try {
        await test({ trainer, producer, folder });
      } finally {
        trainer.network.destroy();
      }
    } finally {
      producer.close();
    }
  });
}

gpuTest("a group is uploaded while another computes, and submitted once that is done", (gpu) => {
  const settings = { chunks: 4, chunkSize: 48, batchSize: 2, validateEvery: 4, warmUpChunks: 0 };
  return withTrainer(gpu, settings, async ({ trainer, producer }) => {
    producer.training = () => Promise.resolve();
    const { queue } = gpu.device;
    const write = queue.writeBuffer.bind(queue), submit = queue.submit.bind(queue);
    const done = queue.onSubmittedWorkDone.bind(queue), { mapAsync } = GPUBuffer.prototype;
    let log = "";
    queue.writeBuffer = (buffer, ...rest) => {
      if (buffer.label === "views") log += "u";
      write(buffer, ...rest as [number, Float32Array<ArrayBuffer>]);
    };
    queue.submit = (commands) => {
      log += "s";
      submit(commands);
    };
    // A group is waited for in either way: the last of a chunk by reading its losses.
    queue.onSubmittedWorkDone = () => {
      log += "w";
      return done();
    };
    GPUBuffer.prototype.mapAsync = function (...options) {
      log += "w";
      return mapAsync.apply(this, options);
    };
    try {
      await trainer.train();
    } finally {
      GPUBuffer.prototype.mapAsync = mapAsync;
    }
    // Velocities, the first group, then all others up to the validation, which waits for the last.
    assert.match(log, /^sus(uws){8,}wus/);
  });
});

gpuTest(
  "time without views is told",
  (gpu) =>
    withTrainer(gpu, { chunks: 2, chunkSize: 8, delay: 300 }, async ({ trainer }) => {
      const { waited, position } = await trainer.train();
      // Both chunks are made at the same time.
      assert.ok(waited > 0.29 && waited < position.seconds, `${waited} of ${position.seconds} s`);
    }),
);

gpuTest("neither training nor prediction makes buffers, bind groups or pipelines", (gpu) => {
  const options = { chunks: 4, chunkSize: 40, batchSize: 2, validateEvery: 2 };
  return withTrainer(gpu, options, async ({ trainer, producer, folder }) => {
    assert.equal(await madeDuring(gpu, () => trainer.train()), 0);
    const history = await readHistory(`${folder}/history.jsonl`);
    assert.equal(history.filter(({ validRmse }) => validRmse !== undefined).length, 2);
    const predict = () =>
      averagedPrediction(trainer.network, producer, 20, Uint8Array.of(0, 7, 30));
    assert.equal(await madeDuring(gpu, predict), 0);
  });
});

gpuTest("resident memory is flat over 2,000 steps", (gpu) => {
  const MIB = 2 ** 20;
  const samples: { step: number; rss: number }[] = [];
  const STEPS = 2400, SETTLED = 400;
  const settings = { chunks: STEPS / 50, chunkSize: 50, batchSize: 1, validateEvery: 16 };
  const onProgress = ({ chunk, fraction }: { chunk: number; fraction: number }) =>
    samples.push({ step: 50 * (chunk - 1 + fraction), rss: Deno.memoryUsage().rss / MIB });
  return withTrainer(gpu, { ...settings, onProgress }, async ({ trainer }) => {
    await trainer.train();
    // The least of a part, since garbage comes and goes.
    const least = (from: number, to: number) =>
      Math.min(...samples.filter(({ step }) => step > from && step <= to).map(({ rss }) => rss));
    const before = least(SETTLED, SETTLED + 500);
    const after = least(STEPS - 500, STEPS);
    // A buffer of views for each step that is not freed would be 170 MiB.
    assert.ok(after - before < 24, `from ${before} to ${after} MiB`);
  });
});

gpuTest(
  "averages over several blocks are those of all views together",
  (gpu) =>
    withTrainer(gpu, { chunks: 1, batchSize: 4, chunkSize: 4 }, async ({ trainer, producer }) => {
      await trainer.train();
      const seen = Uint8Array.from({ length: 60 }, (_, transform) => transform);
      const galaxies = 20;
      const answers = (await averagedPrediction(trainer.network, producer, galaxies, seen))!;
      const indices = Uint32Array.from({ length: 60 * galaxies }, (_, row) => Math.floor(row / 60));
      const views = producer.allocate(indices.length);
      await producer.fixed(views, indices, Uint8Array.from(indices, (_, row) => row % 60));
      const rows = views.length / IMAGE_FLOATS;
      const single = await answersFor(trainer.network, views, rows);
      const means = new Float64Array(galaxies * ANSWER_COUNT);
      single.forEach((answer, i) => {
        const galaxy = Math.floor(i / (60 * ANSWER_COUNT));
        means[galaxy * ANSWER_COUNT + i % ANSWER_COUNT] += answer / 60;
      });
      assert.deepEqual(answers, Float32Array.from(means, (mean) => Math.min(1, mean)));
      const row = (galaxy: number) =>
        answers.slice(galaxy * ANSWER_COUNT, (galaxy + 1) * ANSWER_COUNT);
      assert.notDeepEqual(row(19), row(0));
    }),
);
