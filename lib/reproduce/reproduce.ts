/**
 * The whole reproduction as a list of steps in one process. Each knows whether it has been done: when
 * what it would make is there, and was made from what it would be made from. Dates decide nothing.
 */
import { parameterFile } from "../data/sextractor/files.ts";
import type { Model } from "../galaxy/model.ts";
import type { Generation } from "../galaxy/sextractor.ts";
import type { Gpu } from "../gpu/device.ts";
import { checkData } from "../prepare/check_data.ts";
import { BLENDS } from "../ensemble/blend.ts";
import { BLEND_FILES, blendPredictions } from "../ensemble/ensemble.ts";
import { measureGalaxies, prepareMeasuring } from "../prepare/extract.ts";
import { checkCache, isCached, makeCache } from "../prepare/cache.ts";
import { predictionPath, predictModel } from "../predict/predict.ts";
import { checkOutputs, TrainingCheck } from "./checks.ts";
import { DoneCheck } from "./done.ts";
import { isFile } from "../files/read.ts";
import { RunFolder } from "../runs/folder.ts";
import { submissionPath, submitPrediction } from "../predict/submit.ts";
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
  /**
   * Looks whether it would be refused, as far as that can be told before the steps above are taken;
   * nothing stays of it.
   * @returns the exit code that it would end with at once, or else 0
   * @throws UserError as `run` does before it computes anything
   */
  check(gpu: Gpu): Promise<number>;
  /** @returns the exit code */
  run(): Promise<number>;
}

/** As the task alone has it. */
export const FOLDS = 5, BLEND_SEED = 1;

const never = () => Promise.resolve(false);

/** The exit code of a step that nothing is in the way of. */
async function unless(refused: Promise<unknown>): Promise<number> {
  await refused;
  return 0;
}

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
    check: () => checkData(data, "test"),
    run: () => checkData(data, "test"),
  }];
  if (options.cache) {
    // To be made, it must not be in use; complete, it may.
    steps.push({
      kind: "cache",
      name: "cache",
      flags: ["--data", data],
      done: () => isCached(data),
      check: () => unless(checkCache({ data, set: "both" })),
      run: () => makeCache({ data, set: "both", workers }),
    });
  }
  for (const generation of new Set(models.map(({ preparation }) => preparation))) {
    if (generation) steps.push(extractStep(data, generation, workers));
  }
  const trainings = new TrainingCheck(options);
  for (const model of models) {
    steps.push(trainStep(model, options, check, trainings), predictStep(model, options, check));
  }
  const blends = BLENDS.map((name) => `${predictions}/blended/${BLEND_FILES[name]}`);
  const report = `${predictions}/blended/report.html`;
  const names = models.map(({ name }) => name);
  steps.push({
    kind: "blend",
    name: "ensemble",
    flags: ["--data", data, "--predictions", predictions, "--models", names.join(","), ...unmarked],
    done: () => check.blended(),
    check: () => unless(checkOutputs([...blends, report])),
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
      check: () => unless(checkOutputs([submissionPath(prediction)])),
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
  const options = { data, out: data, generation, sets: ["train", "test"], workers } as const;
  return {
    kind: "extract",
    name: "extract:sextractor",
    flags: ["--data", data, "--generation", generation === "gen2" ? "2" : "1"],
    // Whether they belong to these galaxies is judged where they are used.
    done: () => haveParameters(data, generation),
    check: () => unless(prepareMeasuring(options)),
    run: () => measureGalaxies(options),
  };
}

function trainStep(
  full: Model,
  options: ReproduceOptions,
  check: DoneCheck,
  trainings: TrainingCheck,
): Step {
  const { data, root, width, chunks, chunkSize, allowSoftware, acceptUnmarked } = options;
  const out = new RunFolder(`${root}/analysis/final/${full.name}`).path;
  const predictions = `${root}/predictions/final`;
  return {
    kind: "train",
    name: `train:${full.name}`,
    model: full,
    flags: [
      ...["--data", data, "--out", out, "--predictions", predictions],
      ...["--chunks", String(chunks)],
      ...["--chunk-size", String(chunkSize), ...widthFlags(width)],
      ...(allowSoftware ? ["--allow-software"] : []),
      ...(acceptUnmarked ? ["--accept-unmarked"] : []),
    ],
    done: async () => await check.trained(full) === "done",
    check: (gpu) => unless(trainings.check(gpu, full, out)),
    run: async () =>
      await trainModel(full, {
        data,
        init: undefined,
        sextractor: undefined,
        out,
        predictions,
        noTest: false,
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
    check: () =>
      unless(
        checkOutputs((["valid", "test"] as const).map((set) =>
          predictionPath(full.name, set, { out, transforms: "60" })
        )),
      ),
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
