/** The training loop: chunks, minibatches, validation, checkpoints. */
import type { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import { GalaxyNetwork } from "../galaxy/network.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import type { Look } from "../galaxy/training_results.ts";
import type { Gpu } from "../gpu/device.ts";
import { Turns, type Work } from "../gpu/turns.ts";
import { labelsMark } from "../marks.ts";
import { diverged, notFinitePrediction, notFiniteText } from "../runs/divergence.ts";
import type { HistoryEntry } from "../runs/history.ts";
import { type InitialParameters, setInitial } from "../runs/initial.ts";
import { trainingOptions } from "../runs/network_options.ts";
import type { RunPosition } from "../runs/parameter_files.ts";
import type { ProgressState } from "../cli/progress.ts";
import { RunFiles } from "../runs/files.ts";
import type { RunFolder } from "../runs/folder.ts";
import { learningRate, minibatches } from "../runs/schedule.ts";
import type { TrainSettings } from "../runs/settings.ts";
import type { RunOrigin } from "../runs/tensor_files.ts";
import { type Group, type TrainingData, TrainingGroups } from "./groups.ts";
import { runMarks } from "../runs/marks.ts";
import { Validator } from "./validator.ts";

/** What a validation saw, for whoever shows it. */
export interface Validation {
  /** Chunks trained, and whether these are all. */
  readonly chunk: number;
  readonly last: boolean;
  /** Galaxies shown so far. */
  readonly images: number;
  /** (validation galaxies, 37) */
  readonly predicted: Float32Array;
  /** Upright views of some inputs of the chunk: (n, 3, 69, 69). */
  readonly augmented: Uint8Array;
}

export interface TrainerHooks {
  /** Called after every validation, once all is saved. */
  onValidated?(validation: Validation): void;
  /** Called after every group of minibatches. */
  onProgress?(state: ProgressState): void;
  /** Says whether to stop after the minibatches that are submitted. */
  stopRequested?(): boolean;
  /** Seconds between two checkpoints, beside those at validations; default 300. */
  checkpointSeconds?: number;
  /** Is told of files that are damaged and not needed; the console by default. */
  warn?(text: string): void;
}

/** How a call of `train` ended. */
export interface TrainOutcome {
  readonly finished: boolean;
  readonly position: RunPosition;
  readonly validRmse?: number;
  /** Seconds in which the adapter had nothing to do because the next views were not made yet. */
  readonly waited: number;
}

/** One run of one model, from its start or its last checkpoint. */
export class Trainer {
  readonly network: GalaxyNetwork;
  readonly #settings: TrainSettings;
  readonly #data: TrainingData;
  readonly #hooks: TrainerHooks;
  /** What the files of this run say of it. */
  readonly origin: RunOrigin;
  readonly #files: RunFiles;
  readonly #validator: Validator;
  readonly #turns = new Turns<Group>();
  #history: HistoryEntry[] = [];
  /** The minibatch of the chunk at work up to which everything was finite. */
  #finite = 0;
  #position: RunPosition = { chunk: 0, minibatch: 0, losses: new Float32Array(0), seconds: 0 };
  /** `performance.now()` at the start of the run, were it in one session. */
  #started = 0;
  #waited = 0;
  /** Of the validation that nobody was told of yet. */
  #predicted: Float32Array | undefined;
  /** Where the rate of a chunk is measured from: its start, or that of the session. */
  #since = { seconds: 0, minibatch: 0 };

  private constructor(
    network: GalaxyNetwork,
    settings: TrainSettings,
    data: TrainingData,
    folder: RunFolder,
    hooks: TrainerHooks,
  ) {
    this.network = network;
    this.#settings = settings;
    this.#data = data;
    this.#hooks = hooks;
    const { labels, producer, trainingCount, marks = { labels: labelsMark(labels) } } = data;
    this.origin = {
      marks: runMarks(network.model, settings, marks),
      chunks: settings.chunks,
      minibatches: minibatches(settings),
      training: trainingCount,
      validation: labels.length / ANSWER_COUNT - trainingCount,
    };
    const { warn = console.warn } = hooks;
    this.#files = new RunFiles(folder, network, this.origin, warn);
    const validation = Array.from(
      { length: this.origin.validation },
      (_, index) => trainingCount + index,
    );
    const validationLabels = labels.subarray(trainingCount * ANSWER_COUNT);
    this.#validator = new Validator(producer, validation, validationLabels);
  }

  /**
   * Builds the network, with initial parameters (random ones, if none are given) or, on `resume`,
   * those of the last checkpoint if there is one yet.
   * @throws UserError when the adapter does not suffice or the checkpoint cannot be used
   */
  static async prepare(
    gpu: Gpu,
    model: Model,
    settings: TrainSettings,
    data: TrainingData,
    folder: RunFolder,
    options: TrainerHooks & { resume: boolean; initial?: InitialParameters | undefined },
  ): Promise<Trainer> {
    const network = await GalaxyNetwork.build(gpu, model, trainingOptions(gpu, settings));
    try {
      const trainer = new Trainer(network, settings, data, folder, options);
      const state = options.resume ? await trainer.#files.load() : undefined;
      if (state) {
        trainer.#position = state.position;
        trainer.#finite = state.position.minibatch;
        trainer.#history = [...state.history];
      } else {
        setInitial(network, settings.seed, options.initial, data.marks?.initial);
      }
      return trainer;
    } catch (error) {
      network.destroy();
      throw error;
    }
  }

  get position(): RunPosition {
    return this.#position;
  }

  /**
   * Trains to the end, or until a stop is requested; what was reached is saved either way.
   * @throws UserError when numbers are no longer finite, or when the run's files were removed or cannot
   * be written: what was saved before stays
   */
  async train(): Promise<TrainOutcome> {
    // Only now: a trainer that is prepared to show its plan must not touch a run that is there.
    await this.#files.begin(this.#history);
    const { chunks } = this.#settings;
    // Killed between the last checkpoint and the parameters.
    if (this.#position.chunk === chunks) await this.#files.saveParameters(this.#position);
    const { seconds, minibatch } = this.#position;
    this.#started = performance.now() - 1000 * seconds;
    this.#since = { seconds, minibatch };
    const groups = new TrainingGroups(this.network, this.#settings, this.#data, this.#position);
    let lastCheckpoint = seconds;
    let trained = false;
    while (groups.chunk < chunks) {
      if (trained && this.#hooks.stopRequested?.()) return await this.#stop(groups);
      const { chunk } = groups;
      const group = await this.#next(groups);
      await this.#land(await this.#turns.next(group));
      trained = true;
      const due = this.#seconds() - lastCheckpoint >= (this.#hooks.checkpointSeconds ?? 300);
      if (groups.chunk === chunk || !(due || this.#validates(chunk))) continue;
      await this.#land(await this.#turns.last());
      await this.#save();
      lastCheckpoint = this.#seconds();
      this.#showValidation(groups);
    }
    return this.#outcome(true);
  }

  /** The next group; where its views are not made yet, what is under way is done meanwhile. */
  async #next(groups: TrainingGroups): Promise<Work<Group>> {
    if (groups.ready) return await groups.next();
    const last = this.#turns.last();
    // Deno has waited for it within the call.
    const idle = this.#seconds();
    await this.#land(await last);
    const group = await groups.next();
    this.#waited += this.#seconds() - idle;
    return group;
  }

  async #stop(groups: TrainingGroups): Promise<TrainOutcome> {
    await this.#land(await this.#turns.last());
    const { chunk, minibatch } = groups;
    if (minibatch > 0) {
      const look = await this.network.look(minibatch);
      this.#examine(chunk, minibatch, look);
      const losses = this.#withEarlier(look.losses);
      this.#position = { chunk, minibatch, losses, seconds: this.#seconds() };
    }
    await this.#save();
    return this.#outcome(false);
  }

  /** What there is to do when a group is done; the next may be under way, unless a chunk is validated. */
  async #land(group: Group | undefined) {
    if (!group) return;
    const { chunk, end, look } = group;
    if (look) {
      this.#examine(chunk, end, look);
      if (end === this.origin.minibatches) {
        return await this.#finishChunk(chunk, this.#withEarlier(look.losses));
      }
    }
    const done = (end - this.#since.minibatch) * this.#settings.batchSize;
    const rate = done / (this.#seconds() - this.#since.seconds);
    // A chunk counts as finished, fraction 1, only after its validation.
    this.#report(chunk, end / minibatches(this.#settings), this.#seconds(), rate);
  }

  /** @throws UserError when something is not finite, before anything of it is written */
  #examine(chunk: number, end: number, look: Look) {
    const of = this.origin.minibatches;
    const what = notFiniteText(look, { chunk, first: this.#finite, end, of });
    if (what !== undefined) throw this.#diverged(chunk, what);
    this.#finite = end % of;
  }

  #diverged(chunk: number, what: string): UserError {
    const { folder, saved } = this.#files;
    return diverged({ chunk, chunks: this.#settings.chunks, what, saved, folder: folder.path });
  }

  /** Losses of a chunk, those of the session before included. */
  #withEarlier(losses: Float32Array): Float32Array {
    losses.set(this.#position.losses);
    return losses;
  }

  #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** History, validation if it is due, and the position of the next chunk. */
  async #finishChunk(chunk: number, losses: Float32Array) {
    const { chunkSize, warmUpChunks } = this.#settings;
    const done = chunk + 1;
    const validation = this.#validates(chunk) ? await this.#validate(chunk) : {};
    const entry: HistoryEntry = {
      chunk: done,
      images: done * chunkSize,
      learningRate: learningRate(chunk, this.#settings),
      warmUp: chunk < warmUpChunks,
      trainRmse: Math.sqrt(losses.reduce((sum, loss) => sum + loss, 0) / losses.length),
      ...validation,
      seconds: this.#seconds(),
    };
    const previous = this.#history.at(-1)?.seconds ?? 0;
    this.#history.push(entry);
    await this.#files.append(entry);
    this.#position = {
      chunk: done,
      minibatch: 0,
      losses: new Float32Array(0),
      seconds: entry.seconds,
    };
    this.#since = { seconds: entry.seconds, minibatch: 0 };
    this.#report(chunk, 1, entry.seconds, chunkSize / (entry.seconds - previous));
  }

  async #validate(chunk: number) {
    const predicted = await this.#validator.predict(this.network);
    const what = notFinitePrediction(predicted);
    if (what !== undefined) throw this.#diverged(chunk, what);
    this.#predicted = predicted;
    return this.#validator.errors(predicted, this.network.batch);
  }

  #showValidation({ seen }: TrainingGroups) {
    const predicted = this.#predicted;
    if (!predicted) return;
    this.#predicted = undefined;
    const { chunk } = this.#position, { chunks, chunkSize } = this.#settings;
    const images = chunk * chunkSize;
    this.#hooks.onValidated?.({
      chunk,
      last: chunk === chunks,
      images,
      predicted,
      augmented: seen,
    });
  }

  /** Whether the validation galaxies are predicted after a chunk. */
  #validates(chunk: number): boolean {
    const { chunks, validateEvery } = this.#settings;
    return (chunk + 1) % validateEvery === 0 || chunk + 1 === chunks;
  }

  #report(chunk: number, fraction: number, elapsed: number, imagesPerSecond: number) {
    const { chunks } = this.#settings;
    const done = chunk + fraction;
    this.#hooks.onProgress?.({
      chunk: chunk + 1,
      chunks,
      fraction,
      trainRmse: this.#history.at(-1)?.trainRmse,
      validRmse: this.#history.findLast(({ validRmse }) => validRmse !== undefined)?.validRmse,
      imagesPerSecond,
      elapsed,
      eta: elapsed / done * (chunks - done),
    });
  }

  #outcome(finished: boolean): TrainOutcome {
    const { validRmse } = this.#history.at(-1) ?? {};
    return {
      finished,
      position: this.#position,
      waited: this.#waited,
      ...(finished && validRmse !== undefined ? { validRmse } : {}),
    };
  }

  async #save() {
    await this.#files.save({ position: this.#position, history: this.#history });
  }
}
