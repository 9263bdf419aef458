/** What defines a training run: everything that decides the parameters it ends with. */
import { UserError } from "../errors.ts";
import type { Fields } from "../files/fields.ts";
import type { Model } from "../galaxy/model.ts";
import { dataMark, type Mark } from "../provenance.ts";

export interface TrainSettings {
  readonly chunks: number;
  /** Galaxies of a chunk, a multiple of the batch size. */
  readonly chunkSize: number;
  readonly batchSize: number;
  /** Chunks between two validations. */
  readonly validateEvery: number;
  readonly seed: number;
  /** Only the first galaxies of the data, if not 0. */
  readonly limit: number;
  /** False shows every galaxy as it is, always: for tests of the network, not for models. */
  readonly augment: boolean;
  readonly dropout: boolean;
  /** Chunks at the start that compare clipped raw outputs with the labels (docs/network.md §6). */
  readonly warmUpChunks: number;
  /** Learning rate at the start; a tenth and a hundredth of it follow. */
  readonly learningRate: number;
}

/** The settings of all 17 models (docs/models.md §2). */
export const PAPER_SETTINGS: TrainSettings = {
  chunks: 2500,
  chunkSize: 10_000,
  batchSize: 16,
  validateEvery: 20,
  seed: 1,
  limit: 0,
  augment: true,
  dropout: true,
  warmUpChunks: 1,
  learningRate: 0.04,
};

/** What the command line says of the settings; what it leaves open is undefined. */
export type SettingFlags = {
  readonly [K in "chunks" | "chunkSize" | "batchSize" | "validateEvery" | "seed" | "limit"]?:
    | number
    | undefined;
};

/**
 * The settings of a training: those of the flags, of the run that is resumed, of the model, of the
 * paper, in this order.
 * @throws UserError when they contradict each other
 */
export function chooseSettings(
  { seed = PAPER_SETTINGS.seed }: Model,
  flags: SettingFlags,
  others: Partial<TrainSettings> = {},
): TrainSettings {
  const base = { ...PAPER_SETTINGS, seed, ...others };
  const settings = {
    ...base,
    chunks: flags.chunks ?? base.chunks,
    chunkSize: flags.chunkSize ?? base.chunkSize,
    batchSize: flags.batchSize ?? base.batchSize,
    validateEvery: flags.validateEvery ?? base.validateEvery,
    seed: flags.seed ?? base.seed,
    limit: flags.limit ?? base.limit,
  };
  checkSettings(settings);
  return settings;
}

/** The settings that a file holds. @throws FieldError naming one that cannot be */
export function settingsOf(fields: Fields): TrainSettings {
  return {
    chunks: fields.integer("chunks", 1),
    chunkSize: fields.integer("chunkSize", 1),
    batchSize: fields.integer("batchSize", 1),
    validateEvery: fields.integer("validateEvery", 1),
    seed: fields.integer("seed"),
    limit: fields.integer("limit"),
    augment: fields.flag("augment"),
    dropout: fields.flag("dropout"),
    warmUpChunks: fields.integer("warmUpChunks"),
    learningRate: fields.number("learningRate", 0),
  };
}

/** All settings, whatever the order in which they were given. */
export function settingsMark(settings: TrainSettings): Mark {
  const entries = Object.entries(settings).toSorted(([a], [b]) => a < b ? -1 : 1);
  return dataMark(entries, entries.map(([name, value]) => `${name} ${value}`).join(", "));
}

function checkSettings({ chunkSize, batchSize }: TrainSettings) {
  if (chunkSize % batchSize !== 0) {
    throw new UserError(
      `--chunk-size ${chunkSize} is not a multiple of --batch-size ${batchSize}; ` +
        `${Math.ceil(chunkSize / batchSize) * batchSize} would be`,
    );
  }
}
