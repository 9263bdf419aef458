/** How a training ends: what it has come to, and the predictions of the test images. */
import { dirname } from "node:path";
import { UserError } from "../errors.ts";
import { requireWritable } from "../files/atomic.ts";
import { withoutNewFolders } from "../files/made_folders.ts";
import type { Model } from "../galaxy/model.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { baselineRmse, noBetterThanMean, type Score } from "../galaxy/rmse.ts";
import { NO_BETTER_TEXT } from "../predict/judgement.ts";
import {
  arePredicted,
  countTestImages,
  openTest,
  predictTestImages,
  type TestNetwork,
  type TestPredictions,
  testPredictionsPath,
} from "../predict/test_images.ts";
import type { RunDescription } from "../runs/description.ts";
import type { RunFolder } from "../runs/folder.ts";
import { readHistory } from "../runs/history.ts";
import type { TrainSettings } from "../runs/settings.ts";
import { readTensors } from "../runs/tensor_files.ts";
import type { TrainFlags } from "./flags.ts";

/** What a training ends with: beside its parameters where it has a folder of its own. */
export function predictionsOf(
  model: Model,
  flags: TrainFlags,
  { limit }: TrainSettings,
  folder: RunFolder,
): TestPredictions {
  const place = flags.predictions ??
    (flags.out === undefined ? "predictions/final" : folder.path);
  return {
    model,
    path: testPredictionsPath(place, model, { limit }),
    data: flags.data,
    sextractor: flags.sextractor,
    limit,
    acceptUnmarked: flags.acceptUnmarked,
    warn: console.warn,
  };
}

/**
 * To be called before a training, so that nobody hears only after days of it what is in the way of
 * its predictions.
 * @throws UserError when they cannot be written
 */
export async function lookAtTest(predictions: TestPredictions) {
  try {
    if (await countTestImages(predictions.data) === 0) return;
    await openTest({ ...predictions, warn: () => {} }); // said when they are predicted
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.warn(
      `warning: after this training, the test images cannot be predicted as they are: ${error.message}`,
    );
  }
  const { path } = predictions;
  await withoutNewFolders(dirname(path), () => requireWritable(path));
}

/** How good a network is; undefined where nobody can know. */
export function scoreOfRun(
  validRmse: number | undefined,
  labels: Float32Array,
  training: number,
): Score | undefined {
  if (validRmse === undefined) return undefined;
  const count = training * ANSWER_COUNT;
  const meanRmse = baselineRmse(labels.subarray(0, count), labels.subarray(count), ANSWER_COUNT);
  return { validRmse, meanRmse };
}

/** The error that a finished run has noted last. */
export async function lastValidRmse({ history }: RunFolder): Promise<number | undefined> {
  try {
    return (await readHistory(history)).at(-1)?.validRmse;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.warn(`warning: ${error.message}`);
  }
}

/** `validation RMSE 0.11, 0.16 for predicting the mean` */
export function scoreText({ validRmse, meanRmse }: Score): string {
  return `validation RMSE ${validRmse.toFixed(5)}, ${meanRmse.toFixed(5)} for predicting the mean`;
}

/** Warns of a network that might as well not look at the galaxies. */
export function judge(score: Score | undefined) {
  if (!score || !noBetterThanMean(score)) return;
  console.warn(
    `warning: this network ${NO_BETTER_TEXT}. The paper's models begin to do better after some ` +
      "40,000 images",
  );
}

/** What is there to be said of a run that had been finished before. */
export function sayFinished(
  folder: RunFolder,
  { finished, settings }: RunDescription,
  score: Score | undefined,
) {
  console.log(
    `the run in ${folder.path} was finished on ${finished}, and ${folder.parameters} holds its ` +
      `parameters after all ${settings.chunks} chunks${score ? `: ${scoreText(score)}` : ""}`,
  );
}

/**
 * Predicts the test images after a training, if there are any.
 * @param onlyMissing whether they may have been predicted before
 * @param dryRun whether it is only to be said what would be done
 * @returns the exit code
 * @throws UserError as `predictTestImages` does, having said that the training itself is safe
 */
export async function endWithTest(
  predictions: TestPredictions,
  network: TestNetwork,
  { onlyMissing, dryRun }: { onlyMissing: boolean; dryRun: boolean },
): Promise<number> {
  const { data, path } = predictions;
  const { parameters, stop } = network;
  try {
    if (await countTestImages(data) === 0) {
      const nothing = onlyMissing ? "nothing to do: " : "";
      console.log(`${nothing}no test images to predict: ${data} has no images_test_rev1`);
      return 0;
    }
    if (onlyMissing) {
      const { digest } = await readTensors(parameters, "parameters");
      if (await arePredicted(predictions, await openTest(predictions), digest)) {
        console.log(`nothing to do: ${path} holds its predictions of the test images`);
        return 0;
      }
      const missing = "its predictions of the test images are missing, or of something else: they";
      if (dryRun) {
        console.log(`${missing} would be made now, ${path}. Nothing was written`);
        return 0;
      }
      console.log(`${missing} are made now`);
    }
    if (!stop.requested && await predictTestImages(predictions, network)) return 0;
  } catch (error) {
    console.warn(
      `warning: the training is finished, and ${parameters} holds its result. What follows is in ` +
        "the way of the predictions of the test images: --resume makes them later",
    );
    throw error;
  }
  console.log(
    `stopped; the training is finished, and ${parameters} holds its result. The test images are ` +
      "not predicted yet: go on with --resume",
  );
  return stop.exitCode;
}
