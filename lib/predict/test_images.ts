/**
 * The predictions of the test images with which a training ends (docs/workflow.md §3): a single pass,
 * as a file that can be submitted.
 */
import { commandLine } from "../called.ts";
import { formatDuration } from "../cli/progress.ts";
import type { StopSignal } from "../cli/stop_signal.ts";
import { imageFolder } from "../data/dataset.ts";
import { imagesAtHand } from "../data/images/marks.ts";
import { listImages } from "../data/images/folder.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import type { Model } from "../galaxy/model.ts";
import { GalaxyNetwork } from "../galaxy/network.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { measureRate } from "../galaxy/rate.ts";
import type { Score } from "../galaxy/rmse.ts";
import type { Gpu } from "../gpu/device.ts";
import { differences, type SlowMark } from "../provenance.ts";
import { predictionOptions } from "../runs/network_options.ts";
import { loadParameters } from "../runs/parameter_files.ts";
import { VERSION } from "../version.ts";
import { predictGalaxies } from "./galaxies.ts";
import {
  checkPredictedImages,
  openPredictionSets,
  predictionMarks,
  type PredictionSet,
} from "./sets.ts";
import { readSubmission, submissionBytes, submissionCsv } from "./submission.ts";

/** A single pass, as the marks of predictions have it. */
const SINGLE = "1";

/** Predictions of the test images, and what they are made from. */
export interface TestPredictions {
  readonly model: Model;
  /** The file, `.csv.gz`. */
  readonly path: string;
  /** Folder with the competition's files. */
  readonly data: string;
  /** Folder with Source Extractor's parameters, if it is another. */
  readonly sextractor?: string | undefined;
  /** Only the first images, if not 0. */
  readonly limit: number;
  readonly acceptUnmarked: boolean;
  warn(text: string): void;
}

/** Where they go: those of a narrowed network, or of a part of the images, have names of their own. */
export function testPredictionsPath(
  folder: string,
  { name, width }: Model,
  { limit }: { limit: number },
): string {
  const narrow = width === undefined ? "" : `-width-${width}`;
  const part = limit === 0 ? "" : `-first-${limit}`;
  return `${folder}/${name}${narrow}${part}.csv.gz`;
}

/** How many test images a data folder has; 0 where it has no folder for them. */
export async function countTestImages(data: string): Promise<number> {
  const folder = await imageFolder(data, "test");
  return folder === undefined ? 0 : (await listImages(folder)).ids.length;
}

/** The galaxies to predict. @throws UserError when something is missing */
export async function openTest(predictions: TestPredictions): Promise<PredictionSet> {
  const { model, limit, ...options } = predictions;
  const [set] = await openPredictionSets(model, {
    ...options,
    sets: ["test"],
    limit: limit === 0 ? undefined : limit,
  });
  return set;
}

/**
 * Whether there are such predictions of these galaxies, made with these parameters.
 * @param parameters the digest of their content
 */
export async function arePredicted(
  { path, model }: Pick<TestPredictions, "path" | "model">,
  set: PredictionSet,
  parameters: string,
  images: Promise<SlowMark> = imagesAtHand(set.paths),
): Promise<boolean> {
  const provenance = await readSubmission(path);
  if (!provenance) return false;
  const wanted = predictionMarks(model, set, await images, parameters, SINGLE);
  return (await differences(provenance.marks, wanted)).length === 0;
}

/** With what, and what is known of it. */
export interface TestNetwork {
  readonly gpu: Gpu;
  /** File of the parameters. */
  readonly parameters: string;
  readonly score: Score | undefined;
  readonly workers: number | undefined;
  readonly stop: StopSignal;
}

/**
 * Predicts the test images and writes the file.
 * @returns false when it was stopped before
 * @throws UserError when images or parameters cannot be used, or the file cannot be written
 */
export async function predictTestImages(
  predictions: TestPredictions,
  { gpu, parameters, score, workers, stop }: TestNetwork,
): Promise<boolean> {
  const { model, path } = predictions;
  const set = await openTest(predictions);
  const images = await checkPredictedImages(predictions.data, set);
  if (stop.requested) return false;
  const network = await GalaxyNetwork.build(gpu, model, predictionOptions(gpu, 1));
  try {
    const { digest } = await loadParameters(parameters, network, predictions);
    const count = set.ids.length.toLocaleString("en");
    const rate = await measureRate(network, "predict");
    console.log(
      `predicting ${count} test images in a single pass: about ${
        formatDuration(set.ids.length / rate)
      }. The training is saved; after Ctrl-C, --resume predicts them`,
    );
    const predicted = await predictGalaxies(network, { set, images }, {
      singlePass: true,
      workers,
      stopRequested: () => stop.requested,
    });
    if (!predicted) return false;
    const { answers, seconds } = predicted;
    const array = { name: path, shape: [set.ids.length, ANSWER_COUNT], data: answers };
    const bytes = submissionBytes(submissionCsv(set.ids, array), {
      marks: predictionMarks(model, set, images.mark, digest, SINGLE),
      facts: { model: model.name, version: VERSION, ...widthFact(model), ...score },
    });
    await writeFileAtomic(path, bytes);
    const better = commandLine(`predict:${model.name}`);
    const hint = predictions.limit === 0
      ? `, as the competition wants it. Better is the mean over sixty transforms: ${better}`
      : "";
    console.log(
      `test: ${count} galaxies in a single pass in ${formatDuration(seconds)}: ${path}${hint}`,
    );
    return true;
  } finally {
    network.destroy();
  }
}

function widthFact({ width }: Model): { width?: number } {
  return width === undefined ? {} : { width };
}
