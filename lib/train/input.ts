/** The galaxies that a model trains on and is validated with. */
import { split } from "../data/chunks.ts";
import { openDataset } from "../data/dataset.ts";
import { readPreparations } from "../data/sextractor/files.ts";
import { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import type { TrainingGalaxies } from "../runs/marks.ts";

export interface TrainingInput extends TrainingGalaxies {
  readonly paths: readonly string[];
  /** How many are for training, the first ones, and for validation. */
  readonly training: number;
  readonly validation: number;
}

export interface InputOptions {
  /** Folder with the competition's files. */
  data: string;
  /** Folder with Source Extractor's parameters, if it is another. */
  sextractor?: string | undefined;
  /** Only the first galaxies, if not 0. */
  limit: number;
  ignoreLabelErrors: boolean;
  acceptUnmarked: boolean;
  warn(text: string): void;
}

/** Opens them, without their images. @throws UserError when something is missing or wrong */
export async function openTraining(
  model: Model,
  { data, sextractor, limit, ignoreLabelErrors, acceptUnmarked, warn }: InputOptions,
): Promise<TrainingInput> {
  const { train } = await openDataset(data, { need: { train: true }, ignoreLabelErrors, warn });
  const preparations = await readPreparations(model.preparation, {
    set: "train",
    ids: train.ids,
    paths: train.paths,
    data,
    folder: sextractor,
    acceptUnmarked,
    warn,
  });
  const count = limit === 0 ? train.ids.length : Math.min(limit, train.ids.length);
  const { training, validation } = split(count);
  if (validation === 0) {
    throw new UserError(
      `${data} has ${count} training galaxies; at least 10 are needed, since the last tenth is for ` +
        "validation",
    );
  }
  return {
    ids: train.ids.slice(0, count),
    paths: train.paths.slice(0, count),
    labels: train.labels.slice(0, count * ANSWER_COUNT),
    preparations: preparations?.slice(0, count * 3),
    training,
    validation,
  };
}
