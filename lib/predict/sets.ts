/** The galaxies to predict: their images, how they are centred, and their labels where they are known. */
import { openCache, type OpenedCache } from "../data/cache/cached_images.ts";
import { checkImages } from "../data/images/check.ts";
import { split } from "../data/chunks.ts";
import { openDataset } from "../data/dataset.ts";
import { readPreparations } from "../data/sextractor/files.ts";
import { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { centringMark, galaxiesMark, imagesMark, labelsMark, modelMark } from "../marks.ts";
import { dataMark, type Mark, type Marks, type WantedMarks } from "../provenance.ts";

/** `labelled` are all galaxies with labels, those of `valid` among them. */
export type PredictedSet = "valid" | "test" | "labelled";

export interface PredictionSet {
  readonly name: PredictedSet;
  readonly ids: readonly number[];
  readonly paths: readonly string[];
  readonly labels?: Float32Array;
  /** Labels whose mean a prediction has to beat: of the other galaxies, or of all where there are none. */
  readonly reference?: Float32Array;
  /** (galaxies, 3), for models that centre. */
  readonly preparations: Float64Array | undefined;
  /** What the parameters must have been trained on: else galaxies to score on may be among it. */
  readonly training: Marks;
}

export interface SetOptions {
  /** Folder with the competition's files. */
  data: string;
  /** Folder with Source Extractor's parameters, if it is another. */
  sextractor?: string | undefined;
  sets: readonly PredictedSet[];
  /** Only the first galaxies of each set. */
  limit?: number | undefined;
  acceptUnmarked: boolean;
  warn(text: string): void;
}

/** @throws UserError when something is missing, or there is nothing to predict */
export async function openPredictionSets(
  model: Model,
  { data, sextractor, sets, limit, acceptUnmarked, warn }: SetOptions,
): Promise<PredictionSet[]> {
  const prepare = async (
    set: "train" | "test",
    { ids, paths }: { ids: readonly number[]; paths: readonly string[] },
    first: number,
    count: number,
  ) => {
    const request = { set, ids, paths, data, folder: sextractor, acceptUnmarked, warn };
    const all = await readPreparations(model.preparation, request);
    return all?.slice(3 * first, 3 * (first + count));
  };
  const opened: PredictionSet[] = [];
  if (sets.includes("valid") || sets.includes("labelled")) {
    // Labels were judged when the model was trained; here they only measure.
    const { train } = await openDataset(data, { need: { train: true }, ignoreLabelErrors: true });
    const { training, validation } = split(train.ids.length);
    const add = async (name: PredictedSet, start: number, all: number) => {
      const count = Math.min(limit ?? all, all);
      if (count === 0 || !sets.includes(name)) return;
      const first = start * ANSWER_COUNT;
      opened.push({
        name,
        ids: train.ids.slice(start, start + count),
        paths: train.paths.slice(start, start + count),
        labels: train.labels.subarray(first, first + count * ANSWER_COUNT),
        reference: train.labels.subarray(0, start > 0 ? first : train.labels.length),
        preparations: await prepare("train", train, start, count),
        training: { galaxies: galaxiesMark(train.ids), labels: labelsMark(train.labels) },
      });
    };
    await add("valid", training, validation);
    await add("labelled", 0, train.ids.length);
  }
  if (sets.includes("test")) {
    const { test } = await openDataset(data, { need: { test: true } });
    const ids = test.ids.slice(0, limit);
    const paths = test.paths.slice(0, limit);
    const preparations = await prepare("test", test, 0, paths.length);
    opened.push({ name: "test", ids, paths, preparations, training: {} });
  }
  if (opened.length === 0) {
    throw new UserError(
      `${data} has no galaxies to predict: of fewer than ten labelled ones, none is kept back for ` +
        "validation",
    );
  }
  return opened;
}

/** Images that can be used, and where they lie decoded, if they do. */
export interface CheckedImages {
  readonly stored: OpenedCache | undefined;
  readonly mark: Mark;
}

/** @throws UserError naming images that cannot be used, or when there is a cache that does not fit */
export async function checkPredictedImages(
  data: string,
  { name, paths }: PredictionSet,
): Promise<CheckedImages> {
  const stored = await openCache(data, name === "test" ? "test" : "train", paths);
  // What is in the cache has been decoded once.
  const states = stored?.states ?? await checkImages(paths, { size: IMAGE_SIZE });
  return { stored, mark: imagesMark(states) };
}

/** What a prediction of these galaxies is made from. */
export function predictionMarks<ImagesMark extends WantedMarks["images"]>(
  model: Model,
  { ids, preparations }: Pick<PredictionSet, "ids" | "preparations">,
  images: ImagesMark,
  parameters: string,
  transforms: string,
) {
  const centring = centringMark(preparations);
  return {
    model: modelMark(model),
    parameters: { digest: parameters, text: `parameters of ${model.name}` },
    galaxies: galaxiesMark(ids),
    images,
    transforms: dataMark(
      transforms,
      transforms === "1" ? "a single pass" : `${transforms} transforms`,
    ),
    ...(centring ? { centring } : {}),
  };
}
