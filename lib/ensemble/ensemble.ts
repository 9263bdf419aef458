/** `deno task ensemble`: the models' predictions blended, as the paper does and estimated honestly. */
import { split } from "../data/chunks.ts";
import { openDataset } from "../data/dataset.ts";
import { imagesAtHand } from "../data/images/marks.ts";
import { UserError } from "../errors.ts";
import { requireWritable } from "../files/atomic.ts";
import { writeMarkedNpy } from "../formats/marked_npy.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { galaxiesMark, labelsMark } from "../marks.ts";
import { dataMark } from "../provenance.ts";
import { applyBlend, type Blend, BLENDS } from "./blend.ts";
import { compareBlends, type Comparison, signed } from "./blend_comparison.ts";
import {
  findPredictions,
  type ReadPrediction,
  readPrediction,
  requireSameNetwork,
} from "./files.ts";
import { writeEnsembleReport } from "./report.ts";
import { baselineRmse, noBetterThanMean } from "../galaxy/rmse.ts";
import { NO_BETTER_TEXT, noBetterText } from "../predict/judgement.ts";
import { VERSION } from "../version.ts";

export interface EnsembleOptions {
  /** Folder with the competition's files. */
  data: string;
  /** Folder with `augmented/valid` and `augmented/test`. */
  predictions: string;
  /** Folder for the three blends. */
  out: string;
  /** The report to write. */
  report: string;
  /** Names of models (default: all that have predictions). */
  models?: readonly string[];
  /** Of the cross-validation, 2 or more. */
  folds: number;
  /** Of the random starts and folds. */
  seed: number;
  /** Whether to take predictions that do not say what they were made from. */
  acceptUnmarked: boolean;
  say(line: string): void;
}

/** The names of the paper's files. */
export const BLEND_FILES: Record<Blend, string> = {
  "uniform": "blended_predictions_uniform.npy.gz",
  "weighted": "blended_predictions.npy.gz",
  "per answer": "blended_predictions_separate.npy.gz",
};

/**
 * Blends the predictions of several models in the three ways of the paper (docs/workflow.md §5),
 * says how good each model and blend is, and writes the blended test predictions and a report.
 * @throws UserError before anything is written, when predictions are missing, damaged or not of the
 * galaxies in the data folder
 */
export async function blendPredictions(options: EnsembleOptions): Promise<Comparison> {
  const { data, predictions, out, report, say } = options;
  const { models, remarks } = await findPredictions(predictions, options.models);
  for (const remark of remarks) say(remark);
  const outputs = BLENDS.map((name) => `${out}/${BLEND_FILES[name]}`);
  for (const path of [...outputs, report]) await requireWritable(path);
  const { train, test } = await openDataset(data, {
    need: { train: true, test: true },
    ignoreLabelErrors: true, // Labels were judged when the models were trained.
    warn: () => {},
  });
  const { training, validation } = split(train.ids.length);
  if (validation < 2) {
    throw new UserError(
      `${data} has ${train.ids.length} labelled galaxies and so ${validation} for validation (the ` +
        `last tenth); fitting and testing weights takes 2 or more`,
    );
  }
  const labels = train.labels.subarray(training * ANSWER_COUNT);
  const what = { valid: "validation galaxies (the last tenth)", test: "test images" };
  const validIds = train.ids.slice(training);
  const [validImages, testImages] = [
    await imagesAtHand(train.paths.slice(training)),
    await imagesAtHand(test.paths),
  ];
  const galaxies = {
    valid: {
      ids: validIds,
      what: what.valid,
      marks: { galaxies: galaxiesMark(validIds), images: validImages },
    },
    test: {
      ids: test.ids,
      what: what.test,
      marks: { galaxies: galaxiesMark(test.ids), images: testImages },
    },
  };
  const unmarked = { accept: options.acceptUnmarked, warn: say };
  const read: { valid: ReadPrediction; test: ReadPrediction }[] = [];
  // One after another: each is unpacked whole, and the first mistake should be the one reported.
  for (const files of models) {
    const valid = await readPrediction(files.valid, galaxies.valid, unmarked);
    read.push({ valid, test: await readPrediction(files.test, galaxies.test, unmarked) });
  }
  for (const { valid, test } of read) await requireSameNetwork(valid, test);
  const valid = read.map(({ valid }) => valid.values);
  const tested = read.map(({ test }) => test.values);

  const folds = Math.min(options.folds, validation);
  if (folds < options.folds) {
    say(`only ${folds} folds, because there are only ${validation} validation galaxies`);
  }
  const result: Comparison = {
    ...compareBlends(models.map(({ name }) => name), valid, labels, { ...options, folds }),
    baselineRmse: baselineRmse(
      train.labels.subarray(0, training * ANSWER_COUNT),
      labels,
      ANSWER_COUNT,
    ),
    galaxies: { valid: validation, test: test.ids.length },
    folds,
    seed: options.seed,
  };
  for (const line of describe(result)) say(line);
  const inputs = models.map(({ name }, k) => ({
    name,
    valid: read[k].valid.digest,
    test: read[k].test.digest,
  }));
  const marks = {
    ...blendMarks(inputs, train.labels, options),
    galaxies: galaxies.test.marks.galaxies,
    // Those of a prediction are these, as was checked: so they need not be read again.
    images: read.find(({ test }) => test.provenance)?.test.provenance?.marks.images ??
      { ...testImages, digest: await testImages.digest() },
  };
  for (const [k, { name, weights }] of result.blends.entries()) {
    const path = outputs[k];
    const data = applyBlend(weights, tested);
    const array = { shape: [test.ids.length, ANSWER_COUNT], data };
    await writeMarkedNpy(path, array, {
      kind: "blend",
      marks,
      facts: {
        blend: name,
        version: VERSION,
        validRmse: result.blends[k].crossValidatedRmse,
        meanRmse: result.baselineRmse,
      },
    });
    say(`${name.padEnd(10)}  ${path}`);
  }
  await writeEnsembleReport(report, result);
  say(`report      ${report}`);
  return result;
}

/** A model's predictions, told by the SHA-256 of their values. */
export interface BlendInput {
  readonly name: string;
  readonly valid: string;
  readonly test: string;
}

/** What the weights of a blend were fitted to, and what they were applied to. */
export function blendMarks(
  inputs: readonly BlendInput[],
  labels: Float32Array,
  { folds, seed }: { folds: number; seed: number },
) {
  return {
    predictions: dataMark(inputs, `predictions of ${inputs.map(({ name }) => name).join(", ")}`),
    labels: labelsMark(labels),
    settings: dataMark({ folds, seed }, `${folds} folds and seed ${seed}`),
  };
}

/** What the terminal shows. */
function describe({ models, blends, baselineRmse, galaxies, folds }: Comparison): string[] {
  const width = Math.max(5, ...models.map(({ name }) => name.length));
  const weights = blends[BLENDS.indexOf("weighted")].weights[0];
  const useless = (validRmse: number) => noBetterThanMean({ validRmse, meanRmse: baselineRmse });
  const worse = models.filter(({ rmse }) => rmse > baselineRmse);
  const idle = models.filter((model) => useless(model.rmse) && !worse.includes(model));
  return [
    `${models.length} models, ${galaxies.valid} validation and ${galaxies.test} test galaxies`,
    "",
    `${"model".padEnd(width)}     RMSE  weight  without it`,
    ...models.map(({ name, rmse, change }, model) =>
      `${name.padEnd(width)}  ${rmse.toFixed(5)}  ${weights[model].toFixed(4)}  ` +
      (change === undefined ? "        –" : signed(change).padStart(9))
    ),
    "The last column is how the RMSE of the uniform blend changes when the model is left out: one",
    "with + is worth keeping.",
    ...worse.map(({ name }) =>
      `warning: ${name} is worse than always answering the mean (${baselineRmse.toFixed(5)}). ` +
      `Are its rows in another order, or of other galaxies?`
    ),
    ...idle.map(({ name, rmse }) =>
      `warning: ${noBetterText(name, { validRmse: rmse, meanRmse: baselineRmse })}`
    ),
    "",
    `blend          RMSE  in ${folds}-fold cross-validation`,
    ...blends.map(({ name, rmse, crossValidatedRmse }) =>
      `${name.padEnd(10)}  ${rmse.toFixed(5)}  ${crossValidatedRmse.toFixed(5)}`
    ),
    "The first RMSE is optimistic: the weights were fitted to the galaxies they are scored on.",
    "In cross-validation they are scored on galaxies that they were not fitted to. The uniform",
    "blend has nothing to fit; it scored best in the paper.",
    ...blends.filter(({ crossValidatedRmse }) => useless(crossValidatedRmse)).map(({ name }) =>
      `warning: the ${name} blend ${NO_BETTER_TEXT}`
    ),
    "",
  ];
}
