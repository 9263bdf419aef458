/** `deno task predict:<model>`: predictions for galaxies, averaged over transformed views. */
import { requireWritable } from "../files/atomic.ts";
import type { Flags, Values } from "../cli/flags.ts";
import { writeMarkedNpy } from "../formats/marked_npy.ts";
import type { Model } from "../galaxy/model.ts";
import { GalaxyNetwork } from "../galaxy/network.ts";
import { ORDERS } from "../galaxy/parts.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { openGpu } from "../gpu/device.ts";
import { type Provenance, requireSame } from "../provenance.ts";
import { predictGalaxies, type PredictionWork } from "./galaxies.ts";
import { runCommand } from "../cli/command.ts";
import { PREDICTION_FLAGS } from "./flags.ts";
import { predictionOptions } from "../runs/network_options.ts";
import { DATA_FLAG, SEXTRACTOR_FLAG } from "../cli/data_flag.ts";
import { setTensors } from "../runs/tensor_files.ts";
import { readOwn } from "../runs/trained.ts";
import {
  checkPredictedImages,
  openPredictionSets,
  type PredictedSet,
  predictionMarks,
  type PredictionSet,
} from "./sets.ts";
import { formatDuration } from "../cli/progress.ts";
import { baselineRmse, noBetterThanMean, rmse, type Score } from "../galaxy/rmse.ts";
import { NO_BETTER_TEXT } from "./judgement.ts";
import { RunFolder } from "../runs/folder.ts";
import { useTunedTiles } from "../tune/tuned_tiles.ts";
import { UNMARKED_FLAG } from "../cli/unmarked_flag.ts";
import { VERSION } from "../version.ts";
import { FILE_WIDTH_FLAG } from "../cli/width_flag.ts";
import { type StopSignal, stopSignal } from "../cli/stop_signal.ts";

const FLAGS = {
  data: DATA_FLAG,
  sextractor: SEXTRACTOR_FLAG,
  params: {
    type: "path",
    kind: "file",
    access: "read",
    value: "FILE",
    help: "Parameters (default: analysis/final/<model>/params.safetensors)",
  },
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    default: "predictions/final",
    help: "Folder of predictions",
  },
  set: {
    type: "text",
    value: "SET",
    choices: ["valid", "test", "both"],
    default: "both",
    help: "valid (the last tenth of the training galaxies), test or both",
  },
  transforms: {
    type: "text",
    value: "N",
    choices: ["60", "1"],
    default: "60",
    help: "60 averages over zooms, rotations and flips (into augmented/), 1 is the single pass",
  },
  plain: {
    type: "switch",
    help: "Compute all 60 transforms one by one, not 15 whose parts serve for four each",
  },
  limit: { type: "integer", value: "N", min: 1, help: "Only the first N galaxies of each set" },
  width: FILE_WIDTH_FLAG,
  "accept-unmarked": UNMARKED_FLAG,
  ...PREDICTION_FLAGS,
} satisfies Flags;

export type PredictFlags = Values<typeof FLAGS>;

/** The command line of a prediction script. Never returns. */
export function predict(model: Model): Promise<never> {
  return runCommand(
    {
      task: `predict:${model.name}`,
      gpu: true,
      summary: `Predicts validation and test galaxies with ${model.name}, averaged over 60 ` +
        `transforms: predictions/final/augmented/{valid,test}/${model.name}.npy.gz.`,
      flags: FLAGS,
    },
    (flags) => predictModel(model, flags),
  );
}

/** Where a model's prediction goes: complete ones never share a name with limited ones. */
export function predictionPath(
  model: string,
  set: PredictedSet,
  { out, transforms, limit }: { out: string; transforms: string; limit?: number | undefined },
): string {
  const folder = transforms === "1" ? "single" : "augmented";
  const suffix = limit === undefined ? "" : `-first-${limit}`;
  return `${out}/${folder}/${set}/${model}${suffix}.npy.gz`;
}

/**
 * Predicts with a model.
 * @returns the exit code
 * @throws UserError before anything is computed, when files are missing, do not belong together or
 * cannot be written
 */
export async function predictModel(full: Model, flags: PredictFlags): Promise<number> {
  const { width, acceptUnmarked } = flags;
  const warn = console.warn;
  const path = flags.params ?? new RunFolder(`analysis/final/${full.name}`).parameters;
  const trained = await readOwn(path, { model: full, width, acceptUnmarked, warn });
  const { model, provenance, digest } = trained;
  const names: PredictedSet[] = flags.set === "both"
    ? ["valid", "test"]
    : [flags.set as PredictedSet];
  const sets = await openPredictionSets(model, { ...flags, sets: names, acceptUnmarked, warn });
  for (const { name } of sets) await requireWritable(predictionPath(model.name, name, flags));
  const works: PredictionWork[] = [];
  for (const set of sets) {
    const images = await checkPredictedImages(flags.data, set);
    if (images.stored) console.log(`decoded images: ${images.stored.pixels}`);
    works.push({ set, images });
  }
  const gpu = await openGpu();
  const stop = stopSignal();
  try {
    console.log(`adapter: ${gpu.name}${gpu.software ? " (a software adapter, slow)" : ""}`);
    await useTunedTiles(gpu);
    const orders = flags.transforms === "1" || flags.plain ? 1 : ORDERS;
    const options = predictionOptions(gpu, orders, flags.batchSize);
    const network = await GalaxyNetwork.build(gpu, model, options);
    setTensors(network, trained.parameters, ["value"]);
    for (const { set } of works) await requireTrainedHere(path, provenance, set);
    let known: Partial<Score> = {};
    for (const work of works) {
      const score = await predictSet(network, work, digest, flags, { stop, known });
      if (!score) {
        console.log(`stopped; nothing was written for ${work.set.name}`);
        return stop.exitCode;
      }
      known = score;
    }
    return 0;
  } finally {
    stop.close();
    gpu.close();
  }
}

/** @throws UserError when validation galaxies may be among those that were trained on */
async function requireTrainedHere(
  path: string,
  provenance: Provenance | undefined,
  { training, name }: PredictionSet,
) {
  if (!provenance) return;
  await requireSame(
    path,
    provenance,
    training,
    `Their RMSE on ${name} galaxies would mean nothing, since these may be among those that were ` +
      "trained on. Predict the test images only (--set test), or name the data of the training",
  );
}

/**
 * Predicts a set and writes the file.
 * @param known how good the network is on the validation galaxies, where that is known already
 * @returns how good it is on the galaxies of the set, or what was known; undefined when it was stopped
 */
async function predictSet(
  network: GalaxyNetwork,
  work: PredictionWork,
  parameters: string,
  flags: PredictFlags,
  { stop, known }: { stop: StopSignal; known: Partial<Score> },
): Promise<Partial<Score> | undefined> {
  const { name, paths, labels, reference } = work.set;
  const predicted = await predictGalaxies(network, work, {
    singlePass: flags.transforms === "1",
    workers: flags.workers,
    stopRequested: () => stop.requested,
  });
  if (!predicted) return undefined;
  const { answers, transforms, seconds } = predicted;
  const score = labels && reference && {
    validRmse: rmse(answers, labels),
    meanRmse: baselineRmse(reference, labels, ANSWER_COUNT),
  };
  const path = predictionPath(network.model.name, name, flags);
  await writeMarkedNpy(path, { shape: [paths.length, ANSWER_COUNT], data: answers }, {
    kind: "prediction",
    marks: predictionMarks(network.model, work.set, work.images.mark, parameters, flags.transforms),
    facts: { set: name, version: VERSION, ...(score ?? known) },
  });
  const errors = score
    ? `, RMSE ${score.validRmse.toFixed(5)} (${score.meanRmse.toFixed(5)} for predicting the mean)`
    : "";
  console.log(
    `${name}: ${paths.length} galaxies × ${transforms} in ${
      formatDuration(seconds)
    }${errors}: ${path}`,
  );
  if (score && noBetterThanMean(score)) console.warn(`warning: this network ${NO_BETTER_TEXT}`);
  return score ?? known;
}
