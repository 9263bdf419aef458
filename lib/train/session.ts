/** One session of a training: from where it stands to its last chunk, or until it is stopped. */
import type { OpenedCache } from "../data/cache/cached_images.ts";
import { ViewProducer } from "../data/views/workers.ts";
import { UserError } from "../errors.ts";
import { sha256 } from "../files/digest.ts";
import type { Model } from "../galaxy/model.ts";
import type { Gpu } from "../gpu/device.ts";
import { mebibytes } from "../gpu/memory.ts";
import { finalProblem } from "../runs/parameter_files.ts";
import { Progress } from "../cli/progress.ts";
import type { StopSignal } from "../cli/stop_signal.ts";
import type { TestPredictions } from "../predict/test_images.ts";
import type { Marks } from "../provenance.ts";
import { type RunDescription, writeDescription } from "../runs/description.ts";
import type { RunFolder } from "../runs/folder.ts";
import type { TrainSettings } from "../runs/settings.ts";
import type { InitialParameters } from "../runs/initial.ts";
import type { TrainFlags } from "./flags.ts";
import type { TrainingInput } from "./input.ts";
import { showPlan, showProfile } from "./plan.ts";
import { TrainingReport } from "./report.ts";
import { Trainer, type TrainOutcome } from "./trainer.ts";
import { VERSION } from "../version.ts";

/** A training whose settings are decided. */
export interface Run {
  readonly model: Model;
  readonly flags: TrainFlags;
  readonly settings: TrainSettings;
  readonly folder: RunFolder;
  /** The run that is gone on with, if one is. */
  readonly saved: RunDescription | undefined;
  readonly initial: InitialParameters | undefined;
}

/** What the chunks of a training need beside its settings. */
export interface Session {
  readonly input: TrainingInput;
  readonly stored: OpenedCache | undefined;
  readonly marks: Marks;
  readonly stop: StopSignal;
  /** What it is to end with. */
  readonly predictions: TestPredictions | undefined;
}

/**
 * Trains to the last chunk.
 * @returns undefined when it was stopped before, which is said, or was only to be looked at
 * @throws UserError as `Trainer.prepare` and `Trainer.train` do
 */
export async function trainChunks(
  gpu: Gpu,
  { model, flags, settings, folder, saved, initial }: Run,
  { input, stored, marks, stop, predictions }: Session,
): Promise<TrainOutcome | undefined> {
  const { paths, labels, preparations, training, validation } = input;
  const workers = flags.workers ?? navigator.hardwareConcurrency;
  const producer = new ViewProducer({ workers, paths, stored, preparations });
  const progress = new Progress();
  const report = new TrainingReport(folder, input, (text) => progress.line(text));
  let trainer: Trainer | undefined;
  try {
    const data = { producer, labels, trainingCount: training, marks };
    trainer = await Trainer.prepare(gpu, model, settings, data, folder, {
      resume: flags.resume,
      initial,
      onProgress: (state) => progress.update(state),
      onValidated: (validation) => report.validated(validation),
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
      await (flags.profile ? showProfile(trainer) : showPlan(trainer, settings, predictions));
      return undefined;
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
    const begun = marks.initial;
    if (begun) console.log(`parameters to begin with: ${begun.text}; no warm-up`);
    if (saved) console.log(`resuming before chunk ${chunk + 1}, minibatch ${minibatch + 1}`);
    else await folder.write(() => writeDescription(folder.description, description));
    folder.keep(folder.description);
    const outcome = await trainer.train();
    progress.close();
    if (!outcome.finished) {
      console.log(
        `stopped in chunk ${outcome.position.chunk + 1}; all is saved in ${folder.path}. ` +
          "Go on with --resume",
      );
      return undefined;
    }
    await finish(folder, trainer, description);
    report.finished();
    return outcome;
  } finally {
    progress.close();
    await report.close();
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
  const finished = new Date().toISOString();
  await folder.write(() => writeDescription(folder.description, { ...description, finished }));
}
