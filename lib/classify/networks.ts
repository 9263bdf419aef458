/** Networks that look at the same pictures, and say one thing. */
import { UserError } from "../errors.ts";
import { sha256 } from "../files/digest.ts";
import type { Model } from "../galaxy/model.ts";
import { openGpu } from "../gpu/device.ts";
import { Classifier } from "../library/classifier.ts";
import type { Prediction } from "../library/prediction.ts";
import { readParameters, type Trained } from "../library/trained.ts";
import { modelMark } from "../marks.ts";
import { dataMark, type Mark } from "../provenance.ts";
import { averaged } from "./average.ts";

/** Views of some pictures in, (looks, 2, 3, 69, 69) of each, and predictions out. */
export type Classify = (views: readonly Float32Array[]) => Promise<Prediction[]>;

/**
 * Reads files of parameters.
 * @param model what they are of, where a file does not say so; for one file only
 * @throws UserError when one cannot be used, or is of a model that needs more than a picture
 */
export async function readNetworks(
  paths: readonly string[],
  model: Model | undefined,
): Promise<Trained[]> {
  if (model !== undefined && paths.length > 1) {
    throw new UserError(
      `--model says what one file is of, and there are ${paths.length}: leave it out, or name one`,
    );
  }
  const all: Trained[] = [];
  for (const path of paths) {
    const trained = await readParameters(path, model);
    const { name, preparation } = trained.model;
    if (preparation !== undefined) {
      throw new UserError(
        `${path} is of ${name}, which looks at galaxies that are centred by their measurements ` +
          "(docs/augmentation.md §8); pictures are classified by the other models only",
      );
    }
    all.push(trained);
  }
  return all;
}

/** What they are, by their architectures and all of their numbers. */
export function networksMark(all: readonly Trained[]): Mark {
  const digests = all.map(({ model, parameters }) =>
    sha256(modelMark(model).digest, ...[...parameters].flatMap(([name, { data }]) => [name, data]))
  );
  return dataMark(digests, all.map(({ model }) => model.name).join(", "));
}

/** Runs `work` with networks on the GPU, which is closed afterwards; none need no GPU. */
export async function withNetworks<T>(
  all: readonly Trained[],
  transforms: 60 | 1,
  work: (classify: Classify) => Promise<T>,
): Promise<T> {
  if (all.length === 0) return await work(() => Promise.resolve([]));
  const gpu = await openGpu();
  const classifiers: Classifier[] = [];
  try {
    for (const trained of all) {
      classifiers.push(await Classifier.build(gpu, trained, { transforms }));
    }
    return await work((views) => predictionsOf(classifiers, views));
  } finally {
    for (const classifier of classifiers) classifier.close();
    gpu.close();
  }
}

async function predictionsOf(
  classifiers: readonly Classifier[],
  views: readonly Float32Array[],
): Promise<Prediction[]> {
  if (views.length === 0) return [];
  const predictions: Prediction[][] = [];
  for (const classifier of classifiers) predictions.push(await classifier.classifyViews(views));
  return views.map((_, index) => averaged(predictions.map((some) => some[index])));
}
