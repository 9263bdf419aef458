/** What a training is made from, as its files say. */
import type { Model } from "../galaxy/model.ts";
import { centringMark, galaxiesMark, labelsMark, modelMark } from "../marks.ts";
import type { WantedMarks } from "../provenance.ts";
import { settingsMark, type TrainSettings } from "./settings.ts";

/** Training and validation galaxies, in their order. */
export interface TrainingGalaxies {
  readonly ids: readonly number[];
  /** (galaxies, 37) */
  readonly labels: Float32Array;
  /** (galaxies, 3), for models that centre. */
  readonly preparations: Float64Array | undefined;
}

/** Marks of the data of a training; of their images those that are given. */
export function dataMarks<Images extends WantedMarks["images"]>(
  { ids, labels, preparations }: TrainingGalaxies,
  images: Images,
) {
  const centring = centringMark(preparations);
  return {
    galaxies: galaxiesMark(ids),
    labels: labelsMark(labels),
    images,
    ...(centring ? { centring } : {}),
  };
}

/** All marks of a training, given those of its data. */
export function runMarks<Data extends WantedMarks>(
  model: Model,
  settings: TrainSettings,
  data: Data,
) {
  return { model: modelMark(model), settings: settingsMark(settings), ...data };
}
