/** `deno task train:<model>`: from a data folder to trained parameters. */
import { openCache } from "../data/cache.ts";
import { checkImages } from "../data/check_images.ts";
import { split } from "../data/chunks.ts";
import { openDataset } from "../data/dataset.ts";
import { readPreparations } from "../data/sextractor_files.ts";
import { ViewProducer } from "../data/view_workers.ts";
import { UserError } from "../errors.ts";
import { describe } from "../galaxy/describe.ts";
import { type Model, narrowed } from "../galaxy/model.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { type Gpu, openGpu } from "../gpu/device.ts";
import { mebibytes } from "../gpu/memory.ts";
import { runCommand } from "./command.ts";
import { digest } from "./digest.ts";
import { formatDuration, Progress } from "./progress.ts";
import { measureRate } from "./rate.ts";
import { baselineRmse } from "./rmse.ts";
import { checkSameRun, type RunDescription, RunFolder } from "./run_folder.ts";
import { checkSettings, PAPER_SETTINGS, type TrainSettings } from "./settings.ts";
import { stopSignal } from "./stop_signal.ts";
import { NORM_FLAG, TRAIN_FLAGS, type TrainFlags } from "./train_flags.ts";
import { Trainer } from "./trainer.ts";
import { useTunedTiles } from "./tuned_tiles.ts";
import { VERSION } from "./version.ts";

/** A network that needs more than this many multiply-adds per galaxy is no toy. */
const TOY = 100e6;

export interface TrainOptions {
  /** What differs from the settings of the paper. */
  readonly settings?: Partial<TrainSettings>;
  /** The model with its norm constraint read as L2 norms; adds `--norm`. */
  readonly l2?: Model;
}

/** The command line of a model script. Never returns. */
export function train(model: Model, { settings = {}, l2 }: TrainOptions = {}): Promise<never> {
  const command = {
    task: `train:${model.name}`,
    summary: `Trains ${model.name} and writes analysis/final/${model.name}/: parameters, ` +
      "checkpoint, history and settings.",
  };
  if (!l2) {
    return runCommand(
      { ...command, flags: TRAIN_FLAGS },
      (flags) => runTraining(model, flags, settings),
    );
  }
  const flags = { ...TRAIN_FLAGS, norm: NORM_FLAG };
  return runCommand(
    { ...command, flags },
    (flags) => runTraining(flags.norm === "l2" ? l2 : model, flags, settings),
  );
}

async function runTraining(
  full: Model,
  flags: TrainFlags,
  defaults: Partial<TrainSettings>,
): Promise<number> {
  const model = narrowed(full, flags.width);
  const folder = new RunFolder(flags.out ?? `analysis/final/${model.name}`);
  const saved = await folder.read();
  if (flags.resume && !saved) {
    throw new UserError(`${folder.path} has no run to resume; leave out --resume to start one`);
  }
  if (!flags.resume && saved && !flags.dryRun && !flags.profile) {
    throw new UserError(
      `${folder.path} already holds a run of ${saved.model?.name}, started ${saved.started}. ` +
        "Go on with --resume, or choose another folder with --out",
    );
  }
  const settings = settingsOf(flags, { ...PAPER_SETTINGS, ...defaults, ...saved?.settings });
  checkSettings(settings);
  const gpu = await openGpu();
  try {
    console.log(`adapter: ${gpu.name}${gpu.software ? " (a software adapter, slow)" : ""}`);
    await useTunedTiles(gpu);
    return await trainOn(gpu, model, flags, settings, folder, saved);
  } finally {
    gpu.close();
  }
}

function settingsOf(flags: TrainFlags, base: TrainSettings): TrainSettings {
  return {
    ...base,
    chunks: flags.chunks ?? base.chunks,
    chunkSize: flags.chunkSize ?? base.chunkSize,
    batchSize: flags.batchSize ?? base.batchSize,
    validateEvery: flags.validateEvery ?? base.validateEvery,
    seed: flags.seed ?? base.seed,
    limit: flags.limit ?? base.limit,
  };
}

async function trainOn(
  gpu: Gpu,
  model: Model,
  flags: TrainFlags,
  settings: TrainSettings,
  folder: RunFolder,
  saved: RunDescription | undefined,
): Promise<number> {
  const { ids, paths, labels, preparations } = await openTraining(model, flags, settings.limit);
  const counts = split(paths.length);
  if (counts.validation === 0) {
    throw new UserError(
      `${flags.data} has ${paths.length} training galaxies; at least 10 are needed, since the ` +
        "last tenth is for validation",
    );
  }
  const stored = await openCache(flags.data, "train", paths);
  // What is in the cache has been decoded once.
  if (!stored) await checkImages(paths, { size: IMAGE_SIZE });
  else console.log(`decoded images: ${stored.pixels}`);
  const description: RunDescription = {
    model,
    settings,
    data: {
      ...counts,
      digest: await digest(Float64Array.from(ids), labels, ...(preparations ? [preparations] : [])),
    },
    adapter: gpu.name,
    versions: { galaxies: VERSION, deno: Deno.version.deno },
    started: saved?.started ?? new Date().toISOString(),
  };
  if (flags.resume) checkSameRun(folder.path, saved!, description);

  const workers = flags.workers ?? navigator.hardwareConcurrency;
  const producer = new ViewProducer({ workers, paths, stored, preparations });
  const progress = new Progress();
  const stop = stopSignal();
  try {
    const data = { producer, labels, trainingCount: counts.training };
    const trainer = await Trainer.prepare(gpu, model, settings, data, folder, {
      resume: flags.resume,
      onProgress: (state) => progress.update(state),
      stopRequested: () => stop.requested,
    });
    const { network } = trainer;
    const bytes = Object.values(network.memory.bytes).reduce((sum, part) => sum + part, 0);
    console.log(
      `${model.name}: ${network.parameterCount.toLocaleString("en")} parameters, ` +
        `${mebibytes(bytes)} on the GPU; ${counts.training.toLocaleString("en")} galaxies for ` +
        `training, ${counts.validation.toLocaleString("en")} for validation`,
    );
    const tiles = await digest(new TextEncoder().encode(network.plan));
    if (flags.resume && saved?.tiles !== undefined && saved.tiles !== tiles) {
      console.log(
        "note: the kernels are cut into other tiles than when this run began (on another adapter, " +
          "or tuned since): sums are rounded otherwise, and the result is no longer the same bit " +
          "for bit as without the interruption",
      );
    }
    if (flags.profile) return await showProfile(trainer);
    if (flags.dryRun) return await showPlan(trainer, settings);
    refuseSlowAdapter(gpu, flags, trainer);
    const { chunk, minibatch } = trainer.position;
    if (flags.resume) console.log(`resuming before chunk ${chunk + 1}, minibatch ${minibatch + 1}`);
    else await folder.write({ ...description, tiles });
    const outcome = await trainer.train();
    progress.close();
    if (!outcome.finished) {
      console.log(
        `stopped in chunk ${outcome.position.chunk + 1}; all is saved in ${folder.path}. ` +
          "Go on with --resume",
      );
      return stop.exitCode;
    }
    const finished = new Date().toISOString();
    await folder.write({ ...description, tiles: saved?.tiles ?? tiles, finished });
    const training = counts.training * ANSWER_COUNT;
    const baseline = baselineRmse(
      labels.subarray(0, training),
      labels.subarray(training),
      ANSWER_COUNT,
    );
    console.log(
      `done: validation RMSE ${outcome.validRmse?.toFixed(5)}, ` +
        `${baseline.toFixed(5)} for predicting the mean. Parameters: ${folder.parameters}`,
    );
    return 0;
  } finally {
    progress.close();
    stop.close();
    producer.close();
  }
}

async function openTraining(model: Model, flags: TrainFlags, limit: number) {
  const { train } = await openDataset(flags.data, {
    need: { train: true },
    ignoreLabelErrors: flags.ignoreLabelErrors,
  });
  const { data, sextractor: folder } = flags;
  const request = { set: "train", ids: train.ids, data, folder } as const;
  const preparations = await readPreparations(model.preparation, request);
  if (limit === 0) return { ...train, preparations };
  return {
    ids: train.ids.slice(0, limit),
    paths: train.paths.slice(0, limit),
    labels: train.labels.slice(0, limit * ANSWER_COUNT),
    preparations: preparations?.slice(0, limit * 3),
  };
}

function refuseSlowAdapter(gpu: Gpu, flags: TrainFlags, { network }: Trainer) {
  const { multiplyAdds } = describe(network.model);
  if (!gpu.software || flags.allowSoftware || multiplyAdds < TOY) return;
  throw new UserError(
    `${gpu.name} computes on the processor: a run of the paper's length would take months. ` +
      "Add --allow-software to train on it all the same (with fewer --chunks, say)",
  );
}

async function showProfile(trainer: Trainer): Promise<number> {
  const { network } = trainer;
  network.run("train", 1); // compiles, on adapters that do so late
  await network.gpu.finish();
  network.seek({ slot: 0, minibatch: 0 });
  const rows = await network.profile("train");
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  for (const { label, milliseconds } of rows) {
    const share = (100 * milliseconds / total).toFixed(1);
    console.log(
      `${label.padEnd(36)} ${milliseconds.toFixed(3).padStart(10)} ms ${share.padStart(6)} %`,
    );
  }
  const rate = network.batch / total * 1000;
  console.log(
    `one step of ${network.batch}: ${total.toFixed(1)} ms, ${rate.toFixed(1)} images/s`,
  );
  return 0;
}

/** Times a few steps to say how long the run would take. */
async function showPlan(trainer: Trainer, settings: TrainSettings): Promise<number> {
  const rate = await measureRate(trainer.network, "train");
  const { chunks, chunkSize, batchSize, validateEvery } = settings;
  const left = chunks - trainer.position.chunk;
  console.log(
    `would train ${left} chunks of ${chunkSize} galaxies in minibatches of ${batchSize}, with a ` +
      `validation every ${validateEvery}: about ${
        formatDuration(left * chunkSize / rate)
      } at the ` +
      `measured ${rate.toFixed(1)} images/s. Nothing was written`,
  );
  return 0;
}
