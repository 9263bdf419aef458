/** Whether a step of the reproduction has been done, told by what its files were made from. */
import { openDataset } from "../data/dataset.ts";
import { imagesAtHand } from "../data/images/marks.ts";
import { split } from "../data/chunks.ts";
import { UserError } from "../errors.ts";
import { exists } from "../files/read.ts";
import { type MarkedArray, readMarkedNpy } from "../formats/marked_npy.ts";
import { type Model, narrowed } from "../galaxy/model.ts";
import { galaxiesMark } from "../marks.ts";
import { differences, type Kind, type SlowMark, type WantedMarks } from "../provenance.ts";
import { BLENDS } from "../ensemble/blend.ts";
import { BLEND_FILES, type BlendInput, blendMarks } from "../ensemble/ensemble.ts";
import { predictionPath } from "../predict/predict.ts";
import { openPredictionSets, predictionMarks, type PredictionSet } from "../predict/sets.ts";
import { readSubmission } from "../predict/submission.ts";
import { arePredicted, openTest, testPredictionsPath } from "../predict/test_images.ts";
import type { ReproduceOptions } from "./reproduce.ts";
import { predictionsMark, submissionPath } from "../predict/submit.ts";
import { RunFolder } from "../runs/folder.ts";
import { readTensors } from "../runs/tensor_files.ts";
import { trainingState } from "../train/state.ts";

interface CheckOptions extends ReproduceOptions {
  /** `predictions/final`, where the predictions go. */
  readonly predictions: string;
  readonly folds: number;
  readonly seed: number;
}

export class DoneCheck {
  readonly #options: CheckOptions;
  /** Images are looked at once, by their paths. */
  readonly #images = new Map<string, Promise<SlowMark>>();

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  /**
   * How far the training of a model is; it ends with a prediction of the test images.
   * @throws UserError when there is a run with other settings or data
   */
  async trained(full: Model): Promise<"none" | "begun" | "done"> {
    const { root, data, width, chunks, chunkSize, acceptUnmarked } = this.#options;
    const folder = `${root}/analysis/final/${full.name}`;
    const asked = { data, width, chunks, chunkSize, acceptUnmarked };
    const state = await trainingState(folder, full, asked);
    if (state !== "done") return state;
    return await this.#endedWithTest(full) ? "done" : "begun";
  }

  async #endedWithTest(full: Model): Promise<boolean> {
    const { root, data, width, predictions, acceptUnmarked } = this.#options;
    const model = narrowed(full, width);
    const parameters = await parametersDigest(`${root}/analysis/final/${full.name}`);
    if (parameters === undefined) return false;
    const limit = 0, warn = () => {}; // whoever uses the file says so
    const path = testPredictionsPath(predictions, model, { limit });
    const set = await openTest({ model, path, data, limit, acceptUnmarked, warn });
    return await arePredicted({ model, path }, set, parameters, this.#imagesOf(set));
  }

  /** Whether both predictions of a model are there, made with its parameters as they are now. */
  async predicted(full: Model): Promise<boolean> {
    const { root, data, width, acceptUnmarked } = this.#options;
    const model = narrowed(full, width);
    const parameters = await parametersDigest(`${root}/analysis/final/${full.name}`);
    if (parameters === undefined) return false;
    const sets = await openPredictionSets(model, {
      data,
      sets: ["valid", "test"],
      acceptUnmarked,
      warn: () => {}, // whoever uses the file says so
    });
    for (const set of sets) {
      const images = await this.#imagesOf(set);
      const wanted = predictionMarks(model, set, images, parameters, "60");
      if (!await this.#made(this.#predictionOf(full, set), "prediction", wanted)) return false;
    }
    return true;
  }

  /** Whether the three blends are there, made from the predictions as they are now. */
  async blended(): Promise<boolean> {
    const { data, models, predictions, folds, seed } = this.#options;
    const options = { need: { train: true, test: true }, ignoreLabelErrors: true } as const;
    const { train, test } = await openDataset(data, { ...options, warn: () => {} });
    if (split(train.ids.length).validation < 2) return false;
    const inputs: BlendInput[] = [];
    for (const { name } of models.toSorted((a, b) => a.name < b.name ? -1 : 1)) {
      const valid = await readIfThere(
        `${predictions}/augmented/valid/${name}.npy.gz`,
        "prediction",
      );
      const test = await readIfThere(`${predictions}/augmented/test/${name}.npy.gz`, "prediction");
      if (!valid || !test) return false;
      inputs.push({ name, valid: valid.digest, test: test.digest });
    }
    const wanted = {
      ...blendMarks(inputs, train.labels, { folds, seed }),
      galaxies: galaxiesMark(test.ids),
      images: await this.#imagesOf({ name: "test", paths: test.paths }),
    };
    for (const name of BLENDS) {
      const path = `${predictions}/blended/${BLEND_FILES[name]}`;
      if (!await this.#made(path, "blend", wanted)) return false;
    }
    return await exists(`${predictions}/blended/report.html`);
  }

  /** Whether the submission of a blend is there, made from it as it is now. */
  async submitted(prediction: string): Promise<boolean> {
    const path = submissionPath(prediction);
    const blend = await readIfThere(prediction, "blend");
    const provenance = blend && await readSubmission(path);
    if (!provenance) return false;
    const wanted = { predictions: predictionsMark(blend.digest) };
    return (await differences(provenance.marks, wanted)).length === 0;
  }

  #predictionOf({ name }: Model, set: PredictionSet): string {
    const { predictions } = this.#options;
    return predictionPath(name, set.name, { out: predictions, transforms: "60" });
  }

  async #made(path: string, kind: Kind, wanted: WantedMarks): Promise<boolean> {
    const provenance = (await readIfThere(path, kind))?.provenance;
    return provenance !== undefined && (await differences(provenance.marks, wanted)).length === 0;
  }

  #imagesOf({ name, paths }: Pick<PredictionSet, "name" | "paths">): Promise<SlowMark> {
    const images = this.#images.get(name) ?? imagesAtHand(paths);
    this.#images.set(name, images);
    return images;
  }
}

/** The digest of a model's parameters; `undefined` where there are none that can be used. */
async function parametersDigest(folder: string): Promise<string | undefined> {
  const path = new RunFolder(folder).parameters;
  if (!await exists(path)) return undefined;
  try {
    return (await readTensors(path, "parameters")).digest;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** An array; `undefined` where there is none that can be used, so that it has to be made again. */
async function readIfThere(path: string, kind: Kind): Promise<MarkedArray | undefined> {
  if (!await exists(path)) return undefined;
  try {
    return await readMarkedNpy(path, [kind]);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
