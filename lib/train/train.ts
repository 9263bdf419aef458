/** `deno task train:<model>`: from a data folder to trained parameters. */
import { openCache } from "../data/cache/cached_images.ts";
import { checkImages } from "../data/images/check.ts";
import { ViewProducer } from "../data/views/workers.ts";
import { UserError } from "../errors.ts";
import { sha256 } from "../files/digest.ts";
import { describe } from "../galaxy/describe.ts";
import { type Model, narrowed } from "../galaxy/model.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { type Gpu, openGpu } from "../gpu/device.ts";
import { mebibytes } from "../gpu/memory.ts";
import { imagesMark } from "../marks.ts";
import { runCommand } from "../cli/command.ts";
import { finalProblem } from "../runs/parameter_files.ts";
import { Progress } from "../cli/progress.ts";
import { baselineRmse } from "../galaxy/rmse.ts";
import {
  readDescription,
  requireSameRun,
  type RunDescription,
  writeDescription,
} from "../runs/description.ts";
import { RunFolder } from "../runs/folder.ts";
import { chooseSettings, type TrainSettings } from "../runs/settings.ts";
import { type InitialParameters, readInitial } from "../runs/initial.ts";
import { stopSignal } from "../cli/stop_signal.ts";
import { NORM_FLAG, TRAIN_FLAGS, type TrainFlags } from "./flags.ts";
import { showPlan, showProfile } from "./plan.ts";
import { Trainer } from "./trainer.ts";
import { openTraining } from "./input.ts";
import { dataMarks, runMarks } from "../runs/marks.ts";
import { useTunedTiles } from "../tune/tuned_tiles.ts";
import { VERSION } from "../version.ts";

/** A share of the error of predicting the mean that is no better than that. */
const NO_BETTER = 0.99;

/** A network that needs more than this many multiply-adds per galaxy is no toy. */
const TOY = 100e6;

export interface TrainOptions {
  /** What differs from the settings of the paper. */
  readonly settings?: Partial<TrainSettings>;
  /** The model with its norm constraint read as L2 norms; adds `--norm`. */
  readonly l2?: Model;
}

/** The command line of a model script. Never returns. */
export function train(model: Model, options: TrainOptions = {}): Promise<never> {
  const command = {
    task: `train:${model.name}`,
    gpu: true as const,
    summary: `Trains ${model.name} and writes analysis/final/${model.name}/: parameters, ` +
      "checkpoints, history and settings.",
  };
  if (!options.l2) {
    return runCommand(
      { ...command, flags: TRAIN_FLAGS },
      (flags) => trainModel(model, flags, options),
    );
  }
  const flags = { ...TRAIN_FLAGS, norm: NORM_FLAG };
  return runCommand({ ...command, flags }, (flags) => trainModel(model, flags, options));
}

/**
 * Trains a model, alone in the folder of its run.
 * @returns the exit code: 0 when the run is finished, that of a signal when it was stopped and saved
 * @throws UserError before anything is computed, when files are missing, do not belong together or
 * cannot be written, or somebody else works in the folder; later as `Trainer.train` does
 */
export async function trainModel(
  full: Model,
  flags: TrainFlags & { readonly norm?: string },
  { settings = {}, l2 }: TrainOptions = {},
): Promise<number> {
  const model = narrowed(flags.norm === "l2" && l2 ? l2 : full, flags.width);
  const folder = new RunFolder(flags.out ?? `analysis/final/${model.name}`);
  // These two only look.
  const looking = flags.dryRun || flags.profile;
  if (!looking) await folder.take(`train:${model.name}`);
  try {
    if (!flags.resume) await refuseToReplace(folder, looking);
    const saved = flags.resume ? await runToResume(folder) : undefined;
    const initial = flags.init === undefined ? undefined : await readInitial(flags.init, model);
    const gpu = await openGpu();
    try {
      console.log(`adapter: ${gpu.name}${gpu.software ? " (a software adapter, slow)" : ""}`);
      await useTunedTiles(gpu);
      // Trained outputs mean fractions only once they are divided: clipped as they are, they mislead.
      const others = { ...settings, ...(initial ? { warmUpChunks: 0 } : {}), ...saved?.settings };
      const chosen = chooseSettings(model, flags, others);
      return await trainOn(gpu, { model, flags, settings: chosen, folder, saved, initial });
    } finally {
      gpu.close();
    }
  } finally {
    await folder.release();
  }
}

/** @throws UserError when a new run would write over files of another one */
async function refuseToReplace(folder: RunFolder, looking: boolean) {
  const [file] = await folder.found();
  if (file === undefined) return;
  const saved = file === folder.description ? await readDescription(file) : undefined;
  const text = saved
    ? `${folder.path} already holds a run of ${saved.model.name}, started ${saved.started}. ` +
      "Go on with --resume, or choose another folder with --out"
    : `${folder.path} holds ${file}, but no run.json that says what run it is of: it is not written ` +
      "over. Move it away, or choose another folder with --out";
  if (!looking) throw new UserError(text);
  console.warn(`note: a training would be refused here: ${text}`);
}

/** @throws UserError when there is none, or nobody can say what it is */
async function runToResume(folder: RunFolder): Promise<RunDescription> {
  const saved = await readDescription(folder.description);
  if (saved) return saved;
  const [file] = await folder.found();
  if (file === undefined) {
    throw new UserError(`${folder.path} has no run to resume; leave out --resume to start one`);
  }
  throw new UserError(
    `${folder.path} holds ${file}, but no run.json that says what run it is of, so it cannot be ` +
      "resumed. Put run.json back, or start another run with --out",
  );
}

/** A training whose settings are decided. */
interface Run {
  readonly model: Model;
  readonly flags: TrainFlags;
  readonly settings: TrainSettings;
  readonly folder: RunFolder;
  /** The run that is gone on with, if one is. */
  readonly saved: RunDescription | undefined;
  readonly initial: InitialParameters | undefined;
}

async function trainOn(
  gpu: Gpu,
  { model, flags, settings, folder, saved, initial }: Run,
): Promise<number> {
  if (!flags.dryRun && !flags.profile) refuseSlowAdapter(gpu, model, flags);
  const input = await openTraining(model, { ...flags, ...settings, warn: console.warn });
  const { paths, labels, preparations, training, validation } = input;
  const stored = await openCache(flags.data, "train", paths);
  if (stored) console.log(`decoded images: ${stored.pixels}`);
  // What is in the cache has been decoded once.
  const states = stored?.states ?? await checkImages(paths, { size: IMAGE_SIZE });
  const begun = initial?.mark ?? saved?.marks.initial;
  const marks = { ...dataMarks(input, imagesMark(states)), ...(begun ? { initial: begun } : {}) };
  if (saved) {
    const advice = "Repeat the settings and data of the run, or start another one with --out";
    await requireSameRun(folder.path, saved, { model, settings, marks }, advice);
    const origin = { marks: runMarks(model, settings, marks), chunks: settings.chunks };
    if (saved.finished !== undefined && !flags.dryRun && !flags.profile) {
      const problem = await finalProblem(folder.parameters, origin);
      if (problem === undefined) return sayFinished(folder, saved);
      console.warn(`warning: ${problem}. The parameters are written anew from the checkpoint`);
    }
  }
  const workers = flags.workers ?? navigator.hardwareConcurrency;
  const producer = new ViewProducer({ workers, paths, stored, preparations });
  const progress = new Progress();
  const stop = stopSignal();
  let trainer: Trainer | undefined;
  try {
    const data = { producer, labels, trainingCount: training, marks };
    trainer = await Trainer.prepare(gpu, model, settings, data, folder, {
      resume: flags.resume,
      initial,
      onProgress: (state) => progress.update(state),
      stopRequested: () => stop.requested,
    });
    const { network } = trainer;
    const bytes = Object.values(network.memory.bytes).reduce((sum, part) => sum + part, 0);
    console.log(
      `${model.name}: ${network.parameterCount.toLocaleString("en")} parameters, ` +
        `${mebibytes(bytes)} on the GPU; ${training.toLocaleString("en")} galaxies for training, ` +
        `${validation.toLocaleString("en")} for validation`,
    );
    const tiles = sha256(network.plan);
    if (saved && saved.tiles !== tiles) {
      console.log(
        "note: the kernels are cut into other tiles than when this run began (on another adapter, " +
          "or tuned since): sums are rounded otherwise, and the result is no longer the same bit " +
          "for bit as without the interruption",
      );
    }
    if (flags.profile || flags.dryRun) {
      await (flags.profile ? showProfile(trainer) : showPlan(trainer, settings));
      return 0;
    }
    const description: RunDescription = {
      model,
      settings,
      training,
      validation,
      marks,
      adapter: gpu.name,
      tiles: saved?.tiles ?? tiles,
      versions: { galaxies: VERSION, deno: Deno.version.deno },
      started: saved?.started ?? new Date().toISOString(),
    };
    const { chunk, minibatch } = trainer.position;
    if (begun) console.log(`parameters to begin with: ${begun.text}; no warm-up`);
    if (saved) console.log(`resuming before chunk ${chunk + 1}, minibatch ${minibatch + 1}`);
    else await writeDescription(folder.description, description);
    folder.keep(folder.description);
    const outcome = await trainer.train();
    progress.close();
    if (!outcome.finished) {
      console.log(
        `stopped in chunk ${outcome.position.chunk + 1}; all is saved in ${folder.path}. ` +
          "Go on with --resume",
      );
      return stop.exitCode;
    }
    await finish(folder, trainer, description);
    const count = training * ANSWER_COUNT;
    const baseline = baselineRmse(labels.subarray(0, count), labels.subarray(count), ANSWER_COUNT);
    console.log(
      `done: validation RMSE ${outcome.validRmse?.toFixed(5)}, ` +
        `${baseline.toFixed(5)} for predicting the mean. Parameters: ${folder.parameters}`,
    );
    if (outcome.validRmse !== undefined && outcome.validRmse > NO_BETTER * baseline) {
      console.warn(
        "warning: this network does no better than predicting the mean of the labels. The paper's " +
          "models begin to do better after some 40,000 images; narrower ones (--width) take longer",
      );
    }
    return 0;
  } finally {
    progress.close();
    stop.close();
    producer.close();
    trainer?.network.destroy();
  }
}

/** Says in `run.json` that the run is finished, once the parameters on the disk are its last ones. */
async function finish(folder: RunFolder, { origin }: Trainer, description: RunDescription) {
  const problem = await finalProblem(folder.parameters, origin);
  if (problem !== undefined) {
    throw new UserError(
      `the last chunk is trained, but ${problem}. --resume writes the parameters again`,
    );
  }
  await folder.check();
  const finished = new Date().toISOString();
  await writeDescription(folder.description, { ...description, finished });
}

function sayFinished(folder: RunFolder, { finished, settings }: RunDescription): number {
  console.log(
    `nothing to do: the run in ${folder.path} was finished on ${finished}, and ` +
      `${folder.parameters} holds its parameters after all ${settings.chunks} chunks`,
  );
  return 0;
}

function refuseSlowAdapter(gpu: Gpu, model: Model, flags: TrainFlags) {
  const { multiplyAdds } = describe(model);
  if (!gpu.software || flags.allowSoftware || multiplyAdds < TOY) return;
  throw new UserError(
    `${gpu.name} computes on the processor: a run of the paper's length would take months. ` +
      "Add --allow-software to train on it all the same (with fewer --chunks, say)",
  );
}
