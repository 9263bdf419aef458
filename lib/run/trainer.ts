/** The training loop: chunks, minibatches, validation, checkpoints. */
import type { ViewBlock, ViewBlocks } from "../data/view_blocks.ts";
import type { ViewProducer } from "../data/view_workers.ts";
import { GalaxyNetwork, type Run } from "../galaxy/network.ts";
import type { Model } from "../galaxy/model.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_FLOATS } from "../galaxy/transforms.ts";
import type { Gpu } from "../gpu/device.ts";
import { Turns, type Work } from "../gpu/turns.ts";
import { initialValues } from "../nn/initialise.ts";
import { appendHistory, type HistoryEntry, truncateHistory } from "./history.ts";
import {
  loadCheckpoint,
  type RunPosition,
  saveCheckpoint,
  saveParameters,
} from "./parameter_files.ts";
import type { ProgressState } from "./progress.ts";
import type { RunFolder } from "./run_folder.ts";
import { learningRate, minibatches, type TrainSettings } from "./settings.ts";
import { type TrainingBlock, trainingBlocks } from "./training_blocks.ts";
import { Validator } from "./validator.ts";

/** Views and labels of a run. Galaxies are named by their index among the producer's paths. */
export interface TrainingData {
  readonly producer: ViewProducer;
  /** (galaxies, 37) */
  readonly labels: Float32Array;
  /** The first galaxies are for training, the others for validation. */
  readonly trainingCount: number;
}

export interface TrainerHooks {
  /** Called after every group of minibatches. */
  onProgress?(state: ProgressState): void;
  /** Says whether to stop after the minibatches that are submitted. */
  stopRequested?(): boolean;
  /** Seconds between two checkpoints, beside those at validations; default 300. */
  checkpointSeconds?: number;
}

/** How a call of `train` ended. */
export interface TrainOutcome {
  readonly finished: boolean;
  readonly position: RunPosition;
  readonly validRmse?: number;
  /** Seconds in which the adapter had nothing to do because the next views were not made yet. */
  readonly waited: number;
}

/** Minibatches of a group take about this long, so that the terminal and the workers are served. */
const GROUP_SECONDS = 0.3;

/** Minibatches between two applications of a norm constraint (spec/network.md §10). */
const CONSTRAIN_EVERY = 10;

/** Minibatches whose views are on the GPU together: 58 MB of the paper's on a real one. */
const SLOTS = { gpu: 32, software: 4 };

/** Minibatches of a chunk that are submitted together. */
interface Group {
  readonly chunk: number;
  /** The first, and the one after the last. */
  readonly begin: number;
  readonly end: number;
  /** When it was submitted, in seconds. */
  submitted: number;
  /** Losses of the session's part of the chunk, after its last group. */
  losses?: Float32Array | undefined;
}

/** One run of one model, from its start or its last checkpoint. */
export class Trainer {
  readonly network: GalaxyNetwork;
  readonly #settings: TrainSettings;
  readonly #data: TrainingData;
  readonly #folder: RunFolder;
  readonly #hooks: TrainerHooks;
  readonly #validator: Validator;
  readonly #turns = new Turns<Group>();
  /** Labels of the group that is loaded. */
  readonly #labels: Float32Array;
  #history: HistoryEntry[] = [];
  #position: RunPosition = { chunk: 0, minibatch: 0, losses: new Float32Array(0), seconds: 0 };
  /** Minibatches that are submitted together; grows until they take `GROUP_SECONDS`. */
  #group = 1;
  #blocks!: ViewBlocks<TrainingBlock>;
  #block: ViewBlock<TrainingBlock> | undefined;
  /** `performance.now()` at the start of the run, were it in one session. */
  #started = 0;
  #waited = 0;
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
    this.#folder = folder;
    this.#hooks = hooks;
    const { labels, producer, trainingCount } = data;
    const validation = Array.from(
      { length: labels.length / ANSWER_COUNT - trainingCount },
      (_, index) => trainingCount + index,
    );
    const validationLabels = labels.subarray(trainingCount * ANSWER_COUNT);
    this.#validator = new Validator(producer, validation, validationLabels);
    this.#labels = new Float32Array(network.slots * network.batch * ANSWER_COUNT);
  }

  /**
   * Builds the network, with initial parameters or, on `resume`, those of the last checkpoint if
   * there is one yet.
   * @throws UserError when the adapter does not suffice or the checkpoint cannot be used
   */
  static async prepare(
    gpu: Gpu,
    model: Model,
    settings: TrainSettings,
    data: TrainingData,
    folder: RunFolder,
    options: TrainerHooks & { resume: boolean },
  ): Promise<Trainer> {
    const network = await GalaxyNetwork.build(gpu, model, {
      batch: settings.batchSize,
      trainable: true,
      slots: gpu.software ? SLOTS.software : SLOTS.gpu,
      losses: minibatches(settings),
      seed: settings.seed,
      dropout: settings.dropout,
    });
    try {
      const trainer = new Trainer(network, settings, data, folder, options);
      if (options.resume && await folder.hasCheckpoint()) {
        trainer.#position = await loadCheckpoint(folder.checkpoint, network);
      } else {
        network.parameters.forEach((parameter, index) =>
          network.set(parameter, "value", initialValues(parameter, settings.seed, index))
        );
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

  /** Trains to the end, or until a stop is requested; what was reached is saved either way. */
  async train(): Promise<TrainOutcome> {
    // Only now: a trainer that is prepared to show its plan must not touch a run that is there.
    this.#history = await truncateHistory(this.#folder.history, this.#position.chunk);
    const { chunks } = this.#settings;
    const { producer, trainingCount } = this.#data;
    const { seconds } = this.#position;
    this.#started = performance.now() - 1000 * seconds;
    this.#blocks = trainingBlocks(this.#settings, producer, trainingCount, this.#position);
    const count = minibatches(this.#settings);
    let { chunk, minibatch } = this.#position;
    this.#since = { seconds, minibatch };
    let lastCheckpoint = seconds;
    let trained = false;
    for (; chunk < chunks; chunk++, minibatch = 0) {
      const begin = minibatch;
      while (minibatch < count) {
        if (trained && this.#hooks.stopRequested?.()) {
          await this.#land(await this.#turns.last());
          if (minibatch > 0) await this.#standAt(chunk, minibatch);
          await this.#save();
          return this.#outcome(false);
        }
        const work = await this.#prepare(chunk, begin, minibatch);
        minibatch = work.group.end;
        await this.#land(await this.#turns.next(work));
        trained = true;
      }
      const due = this.#seconds() - lastCheckpoint >= (this.#hooks.checkpointSeconds ?? 300);
      if (!due && !this.#validates(chunk)) continue;
      await this.#land(await this.#turns.last());
      await this.#save();
      lastCheckpoint = this.#seconds();
    }
    return this.#outcome(true);
  }

  /**
   * Uploads the views and labels of the next group of a chunk and records it, while the group before
   * computes.
   * @param begin where the session's part of the chunk begins
   */
  async #prepare(
    chunk: number,
    begin: number,
    minibatch: number,
  ): Promise<Work<Group> & { group: Group }> {
    const { network } = this;
    const { batchSize, warmUpChunks } = this.#settings;
    const count = minibatches(this.#settings);
    if (minibatch === begin) {
      // The warm-up has velocities of its own (spec/network.md §9).
      if (chunk === warmUpChunks && begin === 0) network.resetVelocities();
      network.seek({
        minibatch: begin,
        step: chunk * count + begin,
        learningRate: learningRate(chunk, this.#settings),
      });
    }
    const { plan, views } = await this.#blockOf(chunk, minibatch * batchSize);
    const first = minibatch * batchSize - plan.firstRow;
    const most = Math.min(
      this.#group,
      network.slots,
      this.#untilConstrained(minibatch),
      (plan.images.length - first) / batchSize,
    );
    const end = minibatch + most;
    const last = first + most * batchSize;
    network.load(
      views.subarray(first * IMAGE_FLOATS, last * IMAGE_FLOATS),
      this.#labelsOf(plan.images.subarray(first, last)),
    );
    const runs: Run[] = [[chunk < warmUpChunks ? "warmUp" : "train", most]];
    if (network.has("constrain") && end % CONSTRAIN_EVERY === 0) runs.push(["constrain", 1]);
    const work = network.recordTraining(runs, end === count ? count : undefined);
    const group: Group = { chunk, begin: minibatch, end, submitted: 0 };
    return {
      group,
      submit: () => {
        group.submitted = this.#seconds();
        work.submit();
      },
      result: async () => ({ ...group, losses: await work.result() }),
    };
  }

  /** The block with a row of a chunk: that of the group before, or the next one. */
  async #blockOf(chunk: number, row: number): Promise<ViewBlock<TrainingBlock>> {
    const current = this.#block?.plan;
    if (current?.chunk === chunk && row < current.firstRow + current.images.length) {
      return this.#block!;
    }
    if (this.#blocks.ready) return this.#block = (await this.#blocks.next())!;
    const landing = this.#turns.last();
    const idle = this.#seconds();
    await this.#land(await landing);
    this.#block = (await this.#blocks.next())!;
    this.#waited += this.#seconds() - idle;
    return this.#block;
  }

  /** Minibatches until a norm constraint is due, if the model has any. */
  #untilConstrained(minibatch: number): number {
    const constrained = this.network.has("constrain");
    return constrained ? CONSTRAIN_EVERY - minibatch % CONSTRAIN_EVERY : Infinity;
  }

  /** Valid until the next call. */
  #labelsOf(images: Uint32Array): Float32Array {
    const { labels } = this.#data;
    let to = 0;
    for (const image of images) {
      const from = image * ANSWER_COUNT;
      for (let k = 0; k < ANSWER_COUNT; k++) this.#labels[to++] = labels[from + k];
    }
    return this.#labels.subarray(0, to);
  }

  /** What there is to do when a group is done. */
  async #land(group: Group | undefined) {
    if (!group) return;
    const { chunk, begin, end, losses } = group;
    this.#adaptGroup(end - begin, this.#seconds() - group.submitted);
    if (losses) return await this.#finishChunk(chunk, this.#withEarlier(losses));
    const done = (end - this.#since.minibatch) * this.#settings.batchSize;
    const rate = done / (this.#seconds() - this.#since.seconds);
    // A chunk counts as finished, fraction 1, only after its validation.
    this.#report(chunk, end / minibatches(this.#settings), this.#seconds(), rate);
  }

  /** Losses of a chunk, those of the session before included. */
  #withEarlier(losses: Float32Array): Float32Array {
    losses.set(this.#position.losses);
    return losses;
  }

  /** Notes where the run stands in the middle of a chunk, when nothing is under way. */
  async #standAt(chunk: number, minibatch: number) {
    const losses = this.#withEarlier(await this.network.losses(minibatch));
    this.#position = { chunk, minibatch, losses, seconds: this.#seconds() };
  }

  #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  #adaptGroup(group: number, seconds: number) {
    const fitting = Math.max(1, Math.floor(GROUP_SECONDS * group / seconds));
    this.#group = Math.min(fitting, 2 * this.#group);
  }

  /** History, validation if it is due, and the position of the next chunk. */
  async #finishChunk(chunk: number, losses: Float32Array) {
    const { chunkSize, warmUpChunks } = this.#settings;
    const done = chunk + 1;
    const validation = this.#validates(chunk) ? await this.#validator.measure(this.network) : {};
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
    await appendHistory(this.#folder.history, entry);
    this.#position = {
      chunk: done,
      minibatch: 0,
      losses: new Float32Array(0),
      seconds: entry.seconds,
    };
    this.#since = { seconds: entry.seconds, minibatch: 0 };
    this.#report(chunk, 1, entry.seconds, chunkSize / (entry.seconds - previous));
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
    await saveCheckpoint(this.#folder.checkpoint, this.network, this.#position);
    await saveParameters(this.#folder.parameters, this.network, this.#position.chunk);
  }
}
