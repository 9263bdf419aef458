/** `deno task evaluate`: how right a network is about galaxies whose answers are known. */
import { CountProgress } from "../cli/count_progress.ts";
import { formatDuration } from "../cli/progress.ts";
import type { StopSignal } from "../cli/stop_signal.ts";
import { checkAnswers } from "../data/answer_check.ts";
import { ViewProducer } from "../data/views/workers.ts";
import { type Compared, type Figures, figuresOf, meanPrediction } from "../galaxy/figures.ts";
import type { Model } from "../galaxy/model.ts";
import { ORDERS } from "../galaxy/parts.ts";
import { type Gpu, openGpu } from "../gpu/device.ts";
import { buildTrained } from "../library/parameters.ts";
import { readParameters, type Trained } from "../library/trained.ts";
import { averagedPrediction, seenTransforms } from "../predict/averaging.ts";
import {
  type CheckedImages,
  checkPredictedImages,
  openPredictionSets,
  type PredictionSet,
} from "../predict/sets.ts";
import { acceptUnmarked } from "../provenance.ts";
import { predictionOptions } from "../runs/network_options.ts";
import { readTensors } from "../runs/tensor_files.ts";
import { useTunedTiles } from "../tune/tuned_tiles.ts";
import { requireUnseen } from "./unseen.ts";

export interface EvaluateOptions {
  /** A file of parameters. */
  readonly params: string;
  /** What they are of; by default what the file names. */
  readonly model?: Model | undefined;
  /** Folder of labelled galaxies in the competition's layout. */
  readonly data: string;
  /** Folder with Source Extractor's parameters, if it is another. */
  readonly sextractor?: string | undefined;
  /** Whether to take every labelled galaxy, not the last tenth. */
  readonly all: boolean;
  readonly transforms: 60 | 1;
  /** Only the first galaxies. */
  readonly limit?: number | undefined;
  /** Views of a minibatch. */
  readonly batchSize?: number | undefined;
  readonly workers: number;
  readonly acceptUnmarked: boolean;
  readonly stop: StopSignal;
  say(line: string): void;
  warn(line: string): void;
}

/** A network, its galaxies, and how right it is about them. */
export interface Evaluation {
  readonly model: string;
  readonly params: string;
  /** SHA-256 of the parameters. */
  readonly digest: string;
  /** What they say they were trained on. */
  readonly trainedOn: string | undefined;
  readonly data: string;
  readonly set: "valid" | "labelled";
  /** What is known of whether it was trained on these galaxies, as the end of a sentence. */
  readonly told: string;
  readonly adapter: string;
  readonly ids: readonly number[];
  /** Files of the images. */
  readonly paths: readonly string[];
  /** (galaxies, 37) each. */
  readonly labels: Float32Array;
  readonly predicted: Compared<Float32Array>;
  readonly figures: Figures;
}

/**
 * Predicts labelled galaxies and compares.
 * @returns undefined when a stop was requested
 * @throws UserError when something is missing or damaged, or the network may have been trained on these
 * galaxies
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation | undefined> {
  const { params, data, all, transforms, say, warn } = options;
  const trained = await readParameters(params, options.model);
  const { model } = trained;
  const { provenance, digest } = await readTensors(params, "parameters");
  const set = await openSet(model, options);
  const { told, warning } = await requireUnseen(params, provenance, data, set);
  if (warning) warn(`warning: ${warning}`);
  if (!provenance) acceptUnmarked(params, options.acceptUnmarked, warn);
  // Before the long part: an image that cannot be read is found now.
  const images = await checkPredictedImages(data, set);
  say(`${model.name}, ${params}: ${count(set.ids.length)} of ${data}, ${told}`);
  const gpu = await openGpu();
  try {
    say(`adapter: ${gpu.name}${gpu.software ? " (a software adapter, slow)" : ""}`);
    await useTunedTiles(gpu);
    const work = { gpu, trained, set, images, options };
    const oneLook = await predictedBy(work, 1, "one look");
    if (!oneLook) return undefined;
    const sixty = transforms === 60
      ? await predictedBy(work, ORDERS, "sixty transforms")
      : undefined;
    if (transforms === 60 && !sixty) return undefined;
    const mean = meanPrediction(set.reference!, set.ids.length);
    const predicted: Compared<Float32Array> = { mean, oneLook, sixtyTransforms: sixty };
    return {
      model: model.name,
      params,
      digest,
      trainedOn: provenance?.marks.galaxies?.text,
      data,
      set: all ? "labelled" : "valid",
      told,
      adapter: gpu.name,
      ids: set.ids,
      paths: set.paths,
      labels: set.labels!,
      predicted,
      figures: figuresOf(set.labels!, predicted),
    };
  } finally {
    gpu.close();
  }
}

async function openSet(
  model: Model,
  { data, sextractor, all, limit, acceptUnmarked, warn }: EvaluateOptions,
): Promise<PredictionSet> {
  const sets = [all ? "labelled" as const : "valid" as const];
  const options = { data, sextractor, sets, limit, acceptUnmarked, warn };
  const [set] = await openPredictionSets(model, options);
  return set;
}

interface Work {
  readonly gpu: Gpu;
  readonly trained: Trained;
  readonly set: PredictionSet;
  readonly images: CheckedImages;
  readonly options: EvaluateOptions;
}

/**
 * @param orders 1 for one look at each galaxy; the network that takes several for sixty transforms
 * @returns (galaxies, 37), or undefined when a stop was requested
 */
async function predictedBy(
  { gpu, trained, set, images: { stored }, options }: Work,
  orders: 1 | typeof ORDERS,
  name: string,
): Promise<Float32Array | undefined> {
  const { batchSize, workers, stop, say } = options;
  const { ids, paths, preparations } = set;
  const network = await buildTrained(gpu, trained, predictionOptions(gpu, orders, batchSize));
  const producer = new ViewProducer({ workers, paths, cacheBytes: 0, stored, preparations });
  const progress = new CountProgress(name, ids.length);
  const started = performance.now();
  const seen = orders === 1 ? undefined : seenTransforms(orders);
  try {
    const answers = await averagedPrediction(network, producer, ids.length, seen, {
      stopRequested: () => stop.requested,
      onProgress(galaxies) {
        if (galaxies > 0) progress.update(galaxies);
      },
    });
    if (!answers) return undefined;
    gpu.check();
    checkAnswers("the prediction", ids, answers);
    progress.close();
    say(`${name}: ${formatDuration((performance.now() - started) / 1000)}`);
    return answers;
  } finally {
    progress.close();
    producer.close();
    network.destroy();
  }
}

const count = (galaxies: number) =>
  `${galaxies.toLocaleString("en")} ${galaxies === 1 ? "galaxy" : "galaxies"}`;
