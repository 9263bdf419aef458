/** How good the models and blends of a reproduction are, beside what the paper reports. */
import { split } from "../data/chunks.ts";
import { openDataset } from "../data/dataset.ts";
import { compareBlends } from "../ensemble/blend_comparison.ts";
import { UserError } from "../errors.ts";
import { readMarkedNpy } from "../formats/marked_npy.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { baselineRmse, noBetterThanMean } from "../galaxy/rmse.ts";
import { NO_BETTER_TEXT } from "../predict/judgement.ts";
import { predictionPath } from "../predict/predict.ts";
import { RunFolder } from "../runs/folder.ts";
import { readHistory } from "../runs/history.ts";
import { PAPER_SETTINGS } from "../runs/settings.ts";
import { BLEND_SEED, FOLDS, type ReproduceOptions } from "./reproduce.ts";

/** A row of the table. */
export interface ScoreRow {
  readonly name: string;
  /** RMSE on the validation galaxies, of a single pass at the end of the training. */
  readonly single?: number | undefined;
  /** The same of averages over sixty transforms. */
  readonly averaged?: number | undefined;
}

export interface Scores {
  readonly models: readonly ScoreRow[];
  /** Cross-validated, where weights were fitted. */
  readonly blends: readonly ScoreRow[];
  /** RMSE of always answering the mean. */
  readonly meanRmse: number;
  /** Validation galaxies. */
  readonly galaxies: number;
}

/** What the paper reports, all of it on the leaderboard (docs/workflow.md §9): public and private. */
const REPORTED: Readonly<Record<string, string>> = {
  "extradense, single": "0.07671 / 0.07693",
  "uniform blend, averaged": "0.07467 / 0.07492",
};

/**
 * The scores of a reproduction whose steps are done.
 * @throws UserError when files are missing or damaged
 */
export async function reproductionScores(
  { data, root, models }: Pick<ReproduceOptions, "data" | "root" | "models">,
): Promise<Scores> {
  const options = { need: { train: true }, ignoreLabelErrors: true, warn: () => {} } as const;
  const { train } = await openDataset(data, options);
  const { training, validation } = split(train.ids.length);
  const first = training * ANSWER_COUNT;
  const labels = train.labels.subarray(first);
  const out = `${root}/predictions/final`;
  const names = models.map(({ name }) => name).toSorted();
  const predictions: Float32Array[] = [];
  for (const name of names) {
    const path = predictionPath(name, "valid", { out, transforms: "60" });
    const { data } = await readMarkedNpy(path, ["prediction"]);
    if (data.length !== labels.length || !(data instanceof Float32Array)) {
      throw new UserError(`${path} is no prediction of the ${validation} validation galaxies`);
    }
    predictions.push(data);
  }
  const settings = { folds: Math.min(FOLDS, validation), seed: BLEND_SEED };
  const compared = compareBlends(names, predictions, labels, settings);
  const averaged = new Map(compared.models.map(({ name, rmse }) => [name, rmse]));
  const rows: ScoreRow[] = [];
  for (const { name } of models) {
    const history = await readHistory(new RunFolder(`${root}/analysis/final/${name}`).history);
    const single = history.at(-1)?.validRmse;
    rows.push({ name, single, averaged: averaged.get(name) });
  }
  return {
    models: rows,
    blends: compared.blends.map(({ name, crossValidatedRmse }) => ({
      name: name === "per answer" ? "blend per answer" : `${name} blend`,
      averaged: crossValidatedRmse,
    })),
    meanRmse: baselineRmse(train.labels.subarray(0, first), labels, ANSWER_COUNT),
    galaxies: validation,
  };
}

/** The scores as a table, line by line, with what has to be known to read it. */
export function scoresText(
  { models, blends, meanRmse, galaxies }: Scores,
  trained: Pick<ReproduceOptions, "width" | "chunks" | "chunkSize">,
): string[] {
  const mean = { name: "always the mean", single: meanRmse, averaged: meanRmse };
  const rows = [...models, ...blends, mean];
  const width = Math.max(...rows.map(({ name }) => name.length));
  const line = ({ name, single, averaged }: ScoreRow) =>
    [name.padEnd(width), number(single, 8), number(averaged, 10), reported(name)].join("  ")
      .trimEnd();
  return [
    `RMSE on ${galaxies.toLocaleString("en")} validation galaxies, and what the paper reports`,
    "",
    `${"".padEnd(width)}    single       sixty  in the paper, on the leaderboard's`,
    `${"".padEnd(width)}      pass  transforms  test galaxies, public / private`,
    ...rows.map(line),
    "",
    "The paper tells no RMSE of validation galaxies. Those of blends with fitted weights are",
    "cross-validated.",
    ...asThePaper(trained),
    ...[...models, ...blends].filter(isUseless).map(({ name }) =>
      `warning: ${name} ${NO_BETTER_TEXT}`
    ),
  ];

  function isUseless({ single = Infinity, averaged = single }: ScoreRow): boolean {
    const validRmse = Math.min(single, averaged);
    return validRmse < Infinity && noBetterThanMean({ validRmse, meanRmse });
  }
}

const number = (rmse: number | undefined, width: number) =>
  (rmse?.toFixed(5) ?? "–").padStart(width);

function reported(name: string): string {
  const single = REPORTED[`${name}, single`], averaged = REPORTED[`${name}, averaged`];
  if (single) return `${single}, single pass`;
  return averaged ? `${averaged}, 17 models` : "";
}

/** Says where this is another training than the paper's. */
function asThePaper(
  { width, chunks, chunkSize }: Pick<ReproduceOptions, "width" | "chunks" | "chunkSize">,
): string[] {
  const paper = PAPER_SETTINGS;
  const other: string[] = [];
  if (width !== 1) other.push(`networks of ${width} of the paper's width`);
  if (chunks !== paper.chunks || chunkSize !== paper.chunkSize) {
    const ours = (chunks * chunkSize).toLocaleString("en");
    const theirs = (paper.chunks * paper.chunkSize).toLocaleString("en");
    other.push(`trainings with ${ours} images, where the paper has ${theirs}`);
  }
  return other.length === 0 ? [] : [`These are ${other.join(", and ")}.`];
}
