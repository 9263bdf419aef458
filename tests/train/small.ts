/** A small network and a small survey that the tests of training share. */
import { openDataset } from "../../lib/data/dataset.ts";
import { ViewProducer } from "../../lib/data/views/workers.ts";
import { defineModel } from "../../lib/galaxy/model.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { PAPER_SETTINGS, type TrainSettings } from "../../lib/runs/settings.ts";
import { Trainer, type TrainerHooks } from "../../lib/train/trainer.ts";
import { makeSurvey } from "../../lib/synthetic/survey.ts";

/** The whole geometry with very few filters. */
export const smallModel = defineModel("small", (galaxy) =>
  galaxy
    .parts()
    .conv({ filters: 4, size: 6, weightStd: 0.14 }).maxPool()
    .conv({ filters: 4, size: 5, weightStd: 0.14 }).maxPool()
    .conv({ filters: 4, size: 3, weightStd: 0.2 })
    .conv({ filters: 4, size: 3, weightStd: 0.2 }).maxPool()
    .merge()
    .maxout(8, { weightStd: 0.05 })
    .answers({ weightStd: 0.1 }));

export const SMALL_SETTINGS: TrainSettings = {
  ...PAPER_SETTINGS,
  chunks: 3,
  chunkSize: 12,
  batchSize: 4,
  validateEvery: 2,
};

/** Makes a survey of 20 + 4 galaxies in `folder`. */
export async function smallSurvey(folder: string) {
  await makeSurvey({ out: folder, train: 20, test: 4, seed: 5, workers: 2 });
  return folder;
}

/** Trains the small model on a survey; returns all parameters, one after another. */
export async function trainSmall(
  gpu: Gpu,
  survey: string,
  out: string,
  options: Partial<TrainSettings> & TrainerHooks & { workers?: number; resume?: boolean } = {},
) {
  const { train } = await openDataset(survey, { need: { train: true } });
  const { workers = 2, resume = false, onProgress, stopRequested, warn, ...settings } = options;
  const producer = new ViewProducer({ workers, paths: train.paths });
  await Deno.mkdir(out, { recursive: true });
  try {
    const data = { producer, labels: train.labels, trainingCount: 16 };
    const trainer = await Trainer.prepare(
      gpu,
      smallModel,
      { ...SMALL_SETTINGS, ...settings },
      data,
      new RunFolder(out),
      {
        resume,
        ...(onProgress ? { onProgress } : {}),
        ...(stopRequested ? { stopRequested } : {}),
        ...(warn ? { warn } : {}),
      },
    );
    try {
      const outcome = await trainer.train();
      const parameters: Float32Array[] = [];
      for (const parameter of trainer.network.parameters) {
        parameters.push(await trainer.network.get(parameter, "value"));
      }
      return { outcome, parameters, origin: trainer.origin };
    } finally {
      trainer.network.destroy();
    }
  } finally {
    producer.close();
  }
}
