/** The training loop: chunks, minibatches, validation, checkpoints. */
import { chunkImages } from "../data/chunks.ts";
import type { ViewProducer } from "../data/view_workers.ts";
import { GalaxyNetwork } from "../galaxy/network.ts";
import type { Model } from "../galaxy/model.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_FLOATS } from "../galaxy/transforms.ts";
import type { Gpu } from "../gpu/device.ts";
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
  /** Says whether to stop after the minibatches at work. */
  stopRequested?(): boolean;
  /** Seconds between two checkpoints, beside those at validations; default 300. */
  checkpointSeconds?: number;
}

/** How a call of `train` ended. */
export interface TrainOutcome {
  readonly finished: boolean;
  readonly position: RunPosition;
  readonly validRmse?: number;
}

/** Minibatches of a group take about this long, so that the terminal and the workers are served. */
const GROUP_SECONDS = 0.3;

/** Minibatches between two applications of a norm constraint (spec/network.md §10). */
const CONSTRAIN_EVERY = 10;

/** One run of one model, from its start or its last checkpoint. */
export class Trainer {
  readonly network: GalaxyNetwork;
  readonly #settings: TrainSettings;
  readonly #data: TrainingData;
  readonly #folder: RunFolder;
  readonly #hooks: TrainerHooks;
  readonly #validator: Validator;
  #history: HistoryEntry[] = [];
  #position: RunPosition = { chunk: 0, minibatch: 0, losses: new Float32Array(0), seconds: 0 };
  /** Minibatches that are submitted together; grows until they take `GROUP_SECONDS`. */
  #group = 1;

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
      slots: gpu.software ? 4 : 64,
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
    const { chunks, chunkSize } = this.#settings;
    const { producer } = this.#data;
    const started = performance.now() / 1000 - this.#position.seconds;
    const seconds = () => performance.now() / 1000 - started;
    let lastCheckpoint = seconds();
    const buffers = [producer.allocate(chunkSize), producer.allocate(chunkSize)];
    const first = this.#position.chunk;
    let making = first < chunks ? this.#make(buffers[first % 2], first) : undefined;

    for (let chunk = first; chunk < chunks; chunk++) {
      const images = await making!;
      // The next chunk is made while this one trains.
      if (chunk + 1 < chunks) making = this.#make(buffers[(chunk + 1) % 2], chunk + 1);
      const stopped = await this.#trainChunk(chunk, buffers[chunk % 2], images, seconds);
      if (stopped) {
        await this.#save();
        return { finished: false, position: this.#position };
      }
      const validated = await this.#finishChunk(chunk, seconds);
      const due = seconds() - lastCheckpoint >= (this.#hooks.checkpointSeconds ?? 300);
      if (validated || due) {
        await this.#save();
        lastCheckpoint = seconds();
      }
    }
    const validRmse = this.#history.at(-1)?.validRmse;
    const outcome = { finished: true, position: this.#position };
    return validRmse === undefined ? outcome : { ...outcome, validRmse };
  }

  async #make(views: Float32Array, chunk: number): Promise<Uint32Array> {
    const { seed, chunkSize, augment } = this.#settings;
    const { producer, trainingCount } = this.#data;
    const images = chunkImages({ seed, chunk }, trainingCount, chunkSize);
    await (augment
      ? producer.training(views, images, { seed, chunk })
      : producer.fixed(views, images));
    return images;
  }

  /** Trains the rest of a chunk. Returns whether it was stopped before the end. */
  async #trainChunk(
    chunk: number,
    views: Float32Array,
    images: Uint32Array,
    seconds: () => number,
  ): Promise<boolean> {
    const { network } = this;
    const { batchSize, warmUpChunks } = this.#settings;
    const count = minibatches(this.#settings);
    const begin = this.#position.minibatch;
    const losses = this.#position.losses;
    // The warm-up has velocities of its own (spec/network.md §9).
    if (chunk === warmUpChunks && begin === 0) network.resetVelocities();
    network.seek({
      minibatch: begin,
      step: chunk * count + begin,
      learningRate: learningRate(chunk, this.#settings),
    });
    const chunkStarted = seconds();
    for (let minibatch = begin; minibatch < count;) {
      const group = Math.min(this.#group, network.slots, this.#untilStop(minibatch, count));
      const rows = [minibatch * batchSize, (minibatch + group) * batchSize];
      network.load(
        views.subarray(rows[0] * IMAGE_FLOATS, rows[1] * IMAGE_FLOATS),
        this.#labelsOf(images.subarray(rows[0], rows[1])),
      );
      const before = seconds();
      network.run(chunk < warmUpChunks ? "warmUp" : "train", group);
      await network.gpu.finish();
      this.#adaptGroup(group, seconds() - before);
      minibatch += group;
      if (network.has("constrain") && minibatch % CONSTRAIN_EVERY === 0) {
        network.run("constrain", 1);
      }
      const stopped = minibatch < count && this.#hooks.stopRequested?.() === true;
      if (stopped || minibatch === count) {
        const fresh = await network.losses(minibatch);
        fresh.set(losses.subarray(0, begin));
        this.#position = { chunk, minibatch, losses: fresh, seconds: seconds() };
      }
      if (stopped) return true;
      const done = (minibatch - begin) * batchSize;
      // A chunk counts as finished, fraction 1, only after its validation.
      if (minibatch < count) {
        this.#report(chunk, minibatch / count, seconds(), done / (seconds() - chunkStarted));
      }
    }
    return false;
  }

  /** Minibatches until the chunk ends or something else has to be done. */
  #untilStop(minibatch: number, count: number): number {
    const left = count - minibatch;
    const constrained = this.network.has("constrain");
    return constrained ? Math.min(left, CONSTRAIN_EVERY - minibatch % CONSTRAIN_EVERY) : left;
  }

  #labelsOf(images: Uint32Array): Float32Array {
    const labels = new Float32Array(images.length * ANSWER_COUNT);
    images.forEach((image, row) => {
      const from = image * ANSWER_COUNT;
      labels.set(this.#data.labels.subarray(from, from + ANSWER_COUNT), row * ANSWER_COUNT);
    });
    return labels;
  }

  #adaptGroup(group: number, seconds: number) {
    const fitting = Math.max(1, Math.floor(GROUP_SECONDS * group / seconds));
    this.#group = Math.min(fitting, 2 * this.#group);
  }

  /** History, validation if it is due, and the position of the next chunk. */
  async #finishChunk(chunk: number, seconds: () => number): Promise<boolean> {
    const { chunks, chunkSize, validateEvery, warmUpChunks } = this.#settings;
    const { losses } = this.#position;
    const done = chunk + 1;
    const due = done % validateEvery === 0 || done === chunks;
    const validation = due ? await this.#validator.measure(this.network) : {};
    const entry: HistoryEntry = {
      chunk: done,
      images: done * chunkSize,
      learningRate: learningRate(chunk, this.#settings),
      warmUp: chunk < warmUpChunks,
      trainRmse: Math.sqrt(losses.reduce((sum, loss) => sum + loss, 0) / losses.length),
      ...validation,
      seconds: seconds(),
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
    this.#report(chunk, 1, entry.seconds, chunkSize / (entry.seconds - previous));
    return due;
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

  async #save() {
    await saveCheckpoint(this.#folder.checkpoint, this.network, this.#position);
    await saveParameters(this.#folder.parameters, this.network, this.#position.chunk);
  }
}
