/** `deno task predict:<model>`: answers for galaxies, averaged over transformed views. */
import { type CachedImages, openCache } from "../data/cache.ts";
import { checkImages } from "../data/check_images.ts";
import { split } from "../data/chunks.ts";
import { openDataset } from "../data/dataset.ts";
import { readPreparations } from "../data/sextractor_files.ts";
import { ViewProducer } from "../data/view_workers.ts";
import { UserError } from "../errors.ts";
import type { Flags, Values } from "../flags.ts";
import { writeNpy } from "../formats/npy.ts";
import { type Model, narrowed } from "../galaxy/model.ts";
import { GalaxyNetwork } from "../galaxy/network.ts";
import { ORDERS } from "../galaxy/parts.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { type Gpu, openGpu } from "../gpu/device.ts";
import { averagedAnswers, seenTransforms } from "./averaging.ts";
import { runCommand } from "./command.ts";
import { predictionOptions } from "./network_options.ts";
import { loadParameters } from "./parameter_files.ts";
import { formatDuration } from "./progress.ts";
import { rmse } from "./rmse.ts";
import { RunFolder } from "./run_folder.ts";
import { useTunedTiles } from "./tuned_tiles.ts";
import { WIDTH_FLAG } from "./width_flag.ts";
import { stopSignal } from "./stop_signal.ts";

const FLAGS = {
  data: {
    type: "text",
    value: "DIR",
    default: "data/raw",
    help: "Folder with the competition's files",
  },
  sextractor: {
    type: "text",
    value: "DIR",
    help: "Folder with pysex_params files, for models that centre (default: the data's or above)",
  },
  params: {
    type: "text",
    value: "FILE",
    help: "Parameters (default: analysis/final/<model>/params.safetensors)",
  },
  out: { type: "text", value: "DIR", default: "predictions/final", help: "Folder of predictions" },
  set: {
    type: "text",
    value: "SET",
    choices: ["valid", "test", "both"],
    default: "both",
    help: "valid (the last tenth of the training galaxies), test or both",
  },
  transforms: {
    type: "text",
    value: "N",
    choices: ["60", "1"],
    default: "60",
    help: "60 averages over zooms, rotations and flips (into augmented/), 1 is the single pass",
  },
  plain: {
    type: "switch",
    help: "Compute all 60 transforms one by one, not 15 whose parts serve for four each",
  },
  limit: { type: "integer", value: "N", min: 1, help: "Only the first N galaxies of each set" },
  width: WIDTH_FLAG,
  "batch-size": {
    type: "integer",
    value: "N",
    min: 1,
    max: 1024,
    help: "Views of a minibatch (default: 128 on a GPU, 32 on a software or a small one)",
  },
  workers: {
    type: "integer",
    value: "N",
    min: 1,
    max: 256,
    help: "Workers that decode and transform (default: one per core)",
  },
} satisfies Flags;

type PredictFlags = Values<typeof FLAGS>;

/** Galaxies to predict, and their labels where they are known. */
interface PredictionSet {
  readonly name: "valid" | "test";
  readonly paths: readonly string[];
  readonly labels?: Float32Array;
  /** (galaxies, 3), for models that centre. */
  readonly preparations: Float64Array | undefined;
  /** Where the images lie decoded, if they do. */
  stored?: CachedImages | undefined;
}

/** The command line of a prediction script. Never returns. */
export function predict(model: Model): Promise<never> {
  return runCommand(
    {
      task: `predict:${model.name}`,
      summary: `Predicts validation and test galaxies with ${model.name}, averaged over 60 ` +
        `transforms: predictions/final/augmented/{valid,test}/${model.name}.npy.gz.`,
      flags: FLAGS,
    },
    (flags) => runPrediction(model, flags),
  );
}

/** Where a prediction goes: complete ones never share a name with limited ones. */
export function predictionPath(
  model: Model,
  set: "valid" | "test",
  { out, transforms, limit }: { out: string; transforms: string; limit?: number | undefined },
): string {
  const folder = transforms === "1" ? "single" : "augmented";
  const suffix = limit === undefined ? "" : `-first-${limit}`;
  return `${out}/${folder}/${set}/${model.name}${suffix}.npy.gz`;
}

async function runPrediction(full: Model, flags: PredictFlags): Promise<number> {
  const model = narrowed(full, flags.width);
  const sets = await openSets(model, flags);
  for (const set of sets) {
    set.stored = await openCache(flags.data, set.name === "valid" ? "train" : "test", set.paths);
    // What is in the cache has been decoded once.
    if (!set.stored) await checkImages(set.paths, { size: IMAGE_SIZE });
    else console.log(`decoded images: ${set.stored.pixels}`);
  }
  const gpu = await openGpu();
  const stop = stopSignal();
  try {
    console.log(`adapter: ${gpu.name}${gpu.software ? " (a software adapter, slow)" : ""}`);
    await useTunedTiles(gpu);
    const orders = flags.transforms === "1" || flags.plain ? 1 : ORDERS;
    const options = predictionOptions(gpu, orders, flags.batchSize);
    const network = await GalaxyNetwork.build(gpu, model, options);
    const path = flags.params ?? new RunFolder(`analysis/final/${model.name}`).parameters;
    await loadParameters(path, network);
    for (const set of sets) {
      const finished = await predictSet(gpu, network, set, flags, () => stop.requested);
      if (!finished) {
        console.log(`stopped; nothing was written for ${set.name}`);
        return stop.exitCode;
      }
    }
    return 0;
  } finally {
    stop.close();
    gpu.close();
  }
}

async function openSets(model: Model, flags: PredictFlags): Promise<PredictionSet[]> {
  const prepare = (set: "train" | "test", ids: readonly number[], first: number, count: number) =>
    readPreparations(model.preparation, { set, ids, data: flags.data, folder: flags.sextractor })
      .then((all) => all?.subarray(3 * first, 3 * (first + count)));
  const sets: PredictionSet[] = [];
  if (flags.set !== "test") {
    // Labels were judged when the model was trained; here they only measure.
    const options = { need: { train: true }, ignoreLabelErrors: true } as const;
    const { train } = await openDataset(flags.data, options);
    const { training, validation } = split(train.paths.length);
    const count = Math.min(flags.limit ?? validation, validation);
    const first = training * ANSWER_COUNT;
    const labels = train.labels.subarray(first, first + count * ANSWER_COUNT);
    const paths = train.paths.slice(training, training + count);
    const preparations = await prepare("train", train.ids, training, count);
    if (count > 0) sets.push({ name: "valid", paths, labels, preparations });
  }
  if (flags.set !== "valid") {
    const { test } = await openDataset(flags.data, { need: { test: true } });
    const paths = test.paths.slice(0, flags.limit);
    const preparations = await prepare("test", test.ids, 0, paths.length);
    sets.push({ name: "test", paths, preparations });
  }
  if (sets.length === 0) throw new UserError(`${flags.data} has no galaxies to predict`);
  return sets;
}

async function predictSet(
  gpu: Gpu,
  network: GalaxyNetwork,
  set: PredictionSet,
  flags: PredictFlags,
  stopRequested: () => boolean,
): Promise<boolean> {
  const seen = flags.transforms === "1" ? undefined : seenTransforms(network.orders);
  const transforms = (seen?.length ?? 1) * network.orders;
  const workers = flags.workers ?? navigator.hardwareConcurrency;
  const producer = new ViewProducer({
    workers,
    paths: set.paths,
    cacheBytes: 0,
    stored: set.stored,
    preparations: set.preparations,
  });
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const answers = await averagedAnswers(network, producer, set.paths.length, seen, {
      stopRequested,
      onProgress(galaxies) {
        const rate = galaxies * transforms / seconds();
        const left = (set.paths.length - galaxies) * transforms / rate;
        console.log(
          `${set.name}: ${galaxies}/${set.paths.length} galaxies, ${rate.toFixed(1)} views/s, ` +
            `${formatDuration(left)} left`,
        );
      },
    });
    if (!answers) return false;
    gpu.check();
    const path = predictionPath(network.model, set.name, flags);
    await writeNpy(path, { shape: [set.paths.length, ANSWER_COUNT], data: answers });
    const error = set.labels ? `, RMSE ${rmse(answers, set.labels).toFixed(5)}` : "";
    console.log(
      `${set.name}: ${set.paths.length} galaxies × ${transforms} in ${formatDuration(seconds())}` +
        `${error}: ${path}`,
    );
    return true;
  } finally {
    producer.close();
  }
}
