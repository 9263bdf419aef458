/**
 * The whole reproduction as a list of steps in one process. Each knows whether it has been done: when
 * what it would make is there, and was made from what it would be made from. Dates decide nothing.
 */
import { parameterFile } from "../data/sextractor/files.ts";
import type { Model } from "../galaxy/model.ts";
import type { Generation } from "../galaxy/sextractor.ts";
import { checkData } from "../prepare/check_data.ts";
import { BLENDS } from "../ensemble/blend.ts";
import { BLEND_FILES, blendPredictions } from "../ensemble/ensemble.ts";
import { measureGalaxies } from "../prepare/extract.ts";
import { makeCache } from "../prepare/cache.ts";
import { predictModel } from "../predict/predict.ts";
import { DoneCheck } from "./done.ts";
import { isFile } from "../files/read.ts";
import { RunFolder } from "../runs/folder.ts";
import { submitPrediction } from "../predict/submit.ts";
import { trainModel } from "../train/train.ts";

export interface ReproduceOptions {
  /** Folder with the competition's files. */
  readonly data: string;
  /** Where `analysis/` and `predictions/` go. */
  readonly root: string;
  readonly models: readonly Model[];
  readonly width: number;
  readonly chunks: number;
  readonly chunkSize: number;
  readonly cache: boolean;
  readonly allowSoftware: boolean;
  readonly acceptUnmarked: boolean;
}

/** One step of the reproduction. */
export interface Step {
  /** The task that does the same alone. */
  readonly name: string;
  /** Its flags, for people. */
  readonly flags: readonly string[];
  readonly model?: Model;
  /** What it costs, for estimates. */
  readonly kind: "check" | "cache" | "extract" | "train" | "predict" | "blend" | "submit";
  /**
   * Whether an earlier session has done it.
   * @throws UserError when there is something else in its place, which would be lost
   */
  done(): Promise<boolean>;
  /** @returns the exit code */
  run(): Promise<number>;
}

/** As the task alone has it. */
const FOLDS = 5, BLEND_SEED = 1;

const never = () => Promise.resolve(false);

/** All steps in order: check, cache, then train and predict each model, blend, submit. */
export function planReproduction(options: ReproduceOptions): Step[] {
  const { data, root, models, acceptUnmarked } = options;
  const workers = navigator.hardwareConcurrency;
  const predictions = `${root}/predictions/final`;
  const check = new DoneCheck({ ...options, predictions, folds: FOLDS, seed: BLEND_SEED });
  const unmarked = acceptUnmarked ? ["--accept-unmarked"] : [];
  const steps: Step[] = [{
    kind: "check",
    name: "check:data",
    flags: ["--data", data],
    done: never,
    run: () => checkData(data, "test"),
  }];
  if (options.cache) {
    // It only looks at what is there already, so it is quick when nothing is to be done.
    steps.push({
      kind: "cache",
      name: "cache",
      flags: ["--data", data],
      done: never,
      run: () => makeCache({ data, set: "both", workers }),
    });
  }
  for (const generation of new Set(models.map(({ preparation }) => preparation))) {
    if (generation) steps.push(extractStep(data, generation, workers));
  }
  for (const model of models) {
    steps.push(trainStep(model, options, check), predictStep(model, options, check));
  }
  const blends = BLENDS.map((name) => `${predictions}/blended/${BLEND_FILES[name]}`);
  const report = `${predictions}/blended/report.html`;
  const names = models.map(({ name }) => name);
  steps.push({
    kind: "blend",
    name: "ensemble",
    flags: ["--data", data, "--predictions", predictions, "--models", names.join(","), ...unmarked],
    done: () => check.blended(),
    run: async () => {
      await blendPredictions({
        data,
        predictions,
        out: `${predictions}/blended`,
        report,
        models: names,
        folds: FOLDS,
        seed: BLEND_SEED,
        acceptUnmarked,
        say: console.log,
      });
      return 0;
    },
  });
  for (const prediction of blends) {
    steps.push({
      kind: "submit",
      name: "submit",
      flags: ["--data", data, "--prediction", prediction],
      done: () => check.submitted(prediction),
      run: async () => {
        const say = console.log, warn = console.warn;
        await submitPrediction({ data, prediction, acceptUnmarked, say, warn });
        return 0;
      },
    });
  }
  return steps;
}

function extractStep(data: string, generation: Generation, workers: number): Step {
  return {
    kind: "extract",
    name: "extract:sextractor",
    flags: ["--data", data, "--generation", generation === "gen2" ? "2" : "1"],
    // Whether they belong to these galaxies is judged where they are used.
    done: () => haveParameters(data, generation),
    run: () => measureGalaxies({ data, out: data, generation, sets: ["train", "test"], workers }),
  };
}

function trainStep(full: Model, options: ReproduceOptions, check: DoneCheck): Step {
  const { data, root, width, chunks, chunkSize, allowSoftware, acceptUnmarked } = options;
  const out = new RunFolder(`${root}/analysis/final/${full.name}`).path;
  return {
    kind: "train",
    name: `train:${full.name}`,
    model: full,
    flags: [
      ...["--data", data, "--out", out, "--chunks", String(chunks)],
      ...["--chunk-size", String(chunkSize), ...widthFlags(width)],
      ...(allowSoftware ? ["--allow-software"] : []),
      ...(acceptUnmarked ? ["--accept-unmarked"] : []),
    ],
    done: async () => await check.trained(full) === "done",
    run: async () =>
      await trainModel(full, {
        data,
        init: undefined,
        sextractor: undefined,
        out,
        chunks,
        chunkSize,
        batchSize: undefined,
        validateEvery: undefined,
        seed: undefined,
        limit: undefined,
        width,
        workers: undefined,
        resume: await check.trained(full) === "begun",
        dryRun: false,
        ignoreLabelErrors: false,
        allowSoftware,
        acceptUnmarked,
        profile: false,
      }),
  };
}

function predictStep(full: Model, options: ReproduceOptions, check: DoneCheck): Step {
  const { data, root, width, acceptUnmarked } = options;
  const params = new RunFolder(`${root}/analysis/final/${full.name}`).parameters;
  const out = `${root}/predictions/final`;
  return {
    kind: "predict",
    name: `predict:${full.name}`,
    model: full,
    flags: [
      ...["--data", data, "--params", params, "--out", out, ...widthFlags(width)],
      ...(acceptUnmarked ? ["--accept-unmarked"] : []),
    ],
    done: () => check.predicted(full),
    run: () =>
      predictModel(full, {
        data,
        sextractor: undefined,
        params,
        out,
        set: "both",
        transforms: "60",
        plain: false,
        limit: undefined,
        width,
        acceptUnmarked,
        batchSize: undefined,
        workers: undefined,
      }),
  };
}

function widthFlags(width: number): string[] {
  return width === 1 ? [] : ["--width", String(width)];
}

/** Whether the parameters of both sets are in the data folder or the one above. */
async function haveParameters(data: string, generation: Generation): Promise<boolean> {
  for (const set of ["train", "test"] as const) {
    const name = parameterFile(generation, set);
    if (!await isFile(`${data}/${name}`) && !await isFile(`${data}/../${name}`)) return false;
  }
  return true;
}
