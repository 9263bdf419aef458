/** The galaxies of a set through a network, and how it goes. */
import { checkAnswers } from "../data/answer_check.ts";
import { ViewProducer } from "../data/views/workers.ts";
import { formatDuration } from "../cli/progress.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { averagedPrediction, seenTransforms } from "./averaging.ts";
import type { CheckedImages, PredictionSet } from "./sets.ts";

/** A set whose images were looked at. */
export interface PredictionWork {
  readonly set: PredictionSet;
  readonly images: CheckedImages;
}

export interface GalaxyOptions {
  /** Each galaxy as it is, instead of through the sixty transforms. */
  readonly singlePass: boolean;
  /** Workers that decode and transform (default: one per core). */
  readonly workers: number | undefined;
  stopRequested(): boolean;
}

export interface PredictedGalaxies {
  /** (galaxies, 37) */
  readonly answers: Float32Array<ArrayBuffer>;
  /** Views of each galaxy. */
  readonly transforms: number;
  /** How long it took. */
  readonly seconds: number;
}

/**
 * Predicts all galaxies of a set; says every few seconds how far it is.
 * @returns undefined when a stop was requested
 * @throws UserError when an image cannot be read, or an answer cannot be one
 */
export async function predictGalaxies(
  network: GalaxyNetwork,
  { set: { name, ids, paths, preparations }, images: { stored } }: PredictionWork,
  { singlePass, workers = navigator.hardwareConcurrency, stopRequested }: GalaxyOptions,
): Promise<PredictedGalaxies | undefined> {
  const seen = singlePass ? undefined : seenTransforms(network.orders);
  const transforms = (seen?.length ?? 1) * network.orders;
  const producer = new ViewProducer({ workers, paths, cacheBytes: 0, stored, preparations });
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const answers = await averagedPrediction(network, producer, paths.length, seen, {
      stopRequested,
      onProgress(galaxies) {
        if (galaxies === 0) return; // nobody knows yet how fast it is
        const rate = galaxies * transforms / seconds();
        const left = (paths.length - galaxies) * transforms / rate;
        console.log(
          `${name}: ${galaxies}/${paths.length} galaxies, ${rate.toFixed(1)} views/s, ` +
            `${formatDuration(left)} left`,
        );
      },
    });
    if (!answers) return undefined;
    network.gpu.check();
    checkAnswers(`the prediction of ${name} galaxies`, ids, answers);
    return { answers, transforms, seconds: seconds() };
  } finally {
    producer.close();
  }
}
