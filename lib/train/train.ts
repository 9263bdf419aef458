/** `deno task train:<model>`: from a data folder to trained parameters. */
import { openCache } from "../data/cache/cached_images.ts";
import { checkImages } from "../data/images/check.ts";
import { UserError } from "../errors.ts";
import { withoutNewFolders } from "../files/made_folders.ts";
import { describe } from "../galaxy/describe.ts";
import { type Model, narrowed } from "../galaxy/model.ts";
import type { Score } from "../galaxy/rmse.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { type Gpu, openGpu } from "../gpu/device.ts";
import { imagesMark } from "../marks.ts";
import { runCommand } from "../cli/command.ts";
import { finalProblem } from "../runs/parameter_files.ts";
import { readDescription, requireSameRun, type RunDescription } from "../runs/description.ts";
import { RunFolder } from "../runs/folder.ts";
import { chooseSettings, type TrainSettings } from "../runs/settings.ts";
import { readInitial } from "../runs/initial.ts";
import { stopSignal } from "../cli/stop_signal.ts";
import { NORM_FLAG, TRAIN_FLAGS, type TrainFlags } from "./flags.ts";
import {
  endWithTest,
  judge,
  lastValidRmse,
  lookAtTest,
  predictionsOf,
  sayFinished,
  scoreOfRun,
  scoreText,
} from "./ending.ts";
import { openTraining } from "./input.ts";
import { type Run, trainChunks } from "./session.ts";
import { dataMarks, runMarks } from "../runs/marks.ts";
import { useTunedTiles } from "../tune/tuned_tiles.ts";

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
      "checkpoints, history and settings. Ends with predictions of the test images, if there are " +
      `any: predictions/final/${model.name}.csv.gz, as the competition wants them.`,
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
 * Trains a model, alone in the folder of its run, and predicts the test images.
 * @returns the exit code: 0 when all is done, that of a signal when it was stopped and saved
 * @throws UserError before anything is computed, when files are missing, do not belong together or
 * cannot be written, or somebody else works in the folder; later as `Trainer.train` does
 */
export async function trainModel(
  full: Model,
  flags: TrainFlags & { readonly norm?: string },
  { settings = {}, l2 }: TrainOptions = {},
): Promise<number> {
  const whole = flags.norm === "l2" && l2 ? l2 : full;
  const folder = new RunFolder(flags.out ?? `analysis/final/${whole.name}`);
  const work = () => trainInFolder(folder, whole, flags, settings);
  // A dry run is refused where a run would be, and leaves nothing.
  return flags.dryRun ? await withoutNewFolders(folder.path, work) : await work();
}

async function trainInFolder(
  folder: RunFolder,
  whole: Model,
  flags: TrainFlags,
  settings: Partial<TrainSettings>,
): Promise<number> {
  if (!flags.profile) await folder.take(`train:${whole.name}`);
  try {
    if (!flags.resume && !flags.profile) await refuseToReplace(folder);
    const saved = flags.resume ? await runToResume(folder) : undefined;
    const width = flags.width ?? (saved ? saved.model.width ?? 1 : undefined);
    const initial = flags.init === undefined
      ? undefined
      : await readInitial(flags.init, whole, width);
    const model = initial?.model ?? narrowed(whole, width ?? 1);
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
async function refuseToReplace(folder: RunFolder) {
  const [file] = await folder.found();
  if (file === undefined) return;
  const saved = file === folder.description ? await readDescription(file) : undefined;
  throw new UserError(
    saved
      ? `${folder.path} already holds a run of ${saved.model.name}, started ${saved.started}. ` +
        "Go on with --resume, or choose another folder with --out"
      : `${folder.path} holds ${file}, but no run.json that says what run it is of: it is not ` +
        "written over. Move it away, or choose another folder with --out",
  );
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

async function trainOn(gpu: Gpu, run: Run): Promise<number> {
  const { model, flags, settings, folder, saved, initial } = run;
  if (!flags.profile) refuseSlowAdapter(gpu, model, flags);
  const input = await openTraining(model, { ...flags, ...settings, warn: console.warn });
  const { paths, labels, training } = input;
  const stored = await openCache(flags.data, "train", paths);
  if (stored) console.log(`decoded images: ${stored.pixels}`);
  // What is in the cache has been decoded once.
  const states = stored?.states ?? await checkImages(paths, { size: IMAGE_SIZE });
  const begun = initial?.mark ?? saved?.marks.initial;
  const marks = { ...dataMarks(input, imagesMark(states)), ...(begun ? { initial: begun } : {}) };
  const predictions = flags.noTest ? undefined : predictionsOf(model, flags, settings, folder);
  const stop = stopSignal();
  try {
    const end = (score: Score | undefined, onlyMissing: boolean) => {
      if (predictions) {
        const { workers, dryRun } = flags, { parameters } = folder;
        const network = { gpu, parameters, score, workers, stop };
        return endWithTest(predictions, network, { onlyMissing, dryRun });
      }
      if (onlyMissing) console.log("nothing to do");
      return 0;
    };
    if (saved) {
      const advice = "Repeat the settings and data of the run, or start another one with --out";
      await requireSameRun(folder.path, saved, { model, settings, marks }, advice);
      const origin = { marks: runMarks(model, settings, marks), chunks: settings.chunks };
      if (saved.finished !== undefined && !flags.profile) {
        const problem = await finalProblem(folder.parameters, origin);
        if (problem === undefined) {
          const score = scoreOfRun(await lastValidRmse(folder), labels, training);
          sayFinished(folder, saved, score);
          judge(score);
          return await end(score, true);
        }
        console.warn(`warning: ${problem}. The parameters are written anew from the checkpoint`);
      }
    }
    if (predictions && !flags.profile) await lookAtTest(predictions);
    const trained = await trainChunks(gpu, run, { input, stored, marks, stop, predictions });
    if (trained === undefined) return flags.dryRun || flags.profile ? 0 : stop.exitCode;
    const score = scoreOfRun(trained.validRmse, labels, training);
    console.log(
      `done: ${score ? `${scoreText(score)}. ` : ""}Parameters: ${folder.parameters}`,
    );
    judge(score);
    return await end(score, false);
  } finally {
    stop.close();
  }
}

/** @throws UserError when a training would take months, and nobody has said that it may */
export function refuseSlowAdapter(
  gpu: Gpu,
  model: Model,
  { allowSoftware }: { readonly allowSoftware: boolean },
) {
  const { multiplyAdds } = describe(model);
  if (!gpu.software || allowSoftware || multiplyAdds < TOY) return;
  throw new UserError(
    `${gpu.name} computes on the processor: a run of the paper's length would take months. ` +
      "Add --allow-software to train on it all the same (with fewer --chunks, say)",
  );
}
