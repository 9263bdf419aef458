/** The minibatches of a run in groups: one is uploaded and recorded while the one before computes. */
import type { ViewBlock, ViewBlocks } from "../data/views/blocks.ts";
import type { ViewProducer } from "../data/views/workers.ts";
import type { GalaxyNetwork, Run } from "../galaxy/network.ts";
import type { Look } from "../galaxy/training_results.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_FLOATS } from "../galaxy/transforms.ts";
import { INPUT_PIXELS } from "../runs/snapshot.ts";
import type { Work } from "../gpu/turns.ts";
import type { Marks } from "../provenance.ts";
import { CONSTRAIN_EVERY, learningRate, minibatches } from "../runs/schedule.ts";
import type { TrainSettings } from "../runs/settings.ts";
import { type TrainingBlock, trainingBlocks } from "./blocks.ts";

/** Views and labels of a run. Galaxies are named by their index among the producer's paths. */
export interface TrainingData {
  readonly producer: ViewProducer;
  /** (galaxies, 37) */
  readonly labels: Float32Array;
  /** The first galaxies are for training, the others for validation. */
  readonly trainingCount: number;
  /** What the files of the run say of these data; only of their labels if left out. */
  readonly marks?: Marks;
}

/** Minibatches of a chunk that were submitted together. */
export interface Group {
  readonly chunk: number;
  /** The minibatch after the last. */
  readonly end: number;
  /**
   * Every now and then, and after the last group of a chunk: the losses of all its minibatches so far
   * (those before the position at which the session started are not known), and whether the parameters
   * are finite.
   */
  readonly look: Look | undefined;
}

/**
 * Minibatches between two looks within a chunk. On llvmpipe, a look at the 42 million parameters of
 * extradense takes as long as a thirteenth of a minibatch, so a look costs 0.1 %.
 */
const LOOK_EVERY = 64;

/** Inputs of a chunk that are kept to be looked at. */
const KEPT = 24;

/** A group takes about this long, so that the terminal and the workers are served. */
const GROUP_SECONDS = 0.3;

/** All groups from a position to the end of a run, in order. */
export class TrainingGroups {
  readonly #network: GalaxyNetwork;
  readonly #settings: TrainSettings;
  readonly #data: TrainingData;
  readonly #blocks: ViewBlocks<TrainingBlock>;
  #block: ViewBlock<TrainingBlock> | undefined;
  readonly #labels: Float32Array;
  /** Where the next group begins. */
  #chunk: number;
  #minibatch: number;
  /** Minibatches since the last look. */
  #unseen = 0;
  /** Whether the network knows of the chunk. */
  #begun = false;
  readonly #seen = new Uint8Array(KEPT * INPUT_PIXELS);
  #seenRows = 0;
  /** Minibatches of a group; grows until they take `GROUP_SECONDS`. */
  #size = 1;

  constructor(
    network: GalaxyNetwork,
    settings: TrainSettings,
    data: TrainingData,
    from: { chunk: number; minibatch: number },
  ) {
    this.#network = network;
    this.#settings = settings;
    this.#data = data;
    this.#blocks = trainingBlocks(settings, data.producer, data.trainingCount, from);
    this.#labels = new Float32Array(network.slots * network.batch * ANSWER_COUNT);
    this.#chunk = from.chunk;
    this.#minibatch = from.minibatch;
  }

  /** The chunk of the next group. */
  get chunk(): number {
    return this.#chunk;
  }

  /** The first minibatch of the next group. */
  get minibatch(): number {
    return this.#minibatch;
  }

  /** The upright views of the first inputs of the chunk at work: (at most 24, 3, 69, 69). */
  get seen(): Uint8Array {
    return this.#seen.slice(0, this.#seenRows * INPUT_PIXELS);
  }

  /** Whether the views of the next group are made. */
  get ready(): boolean {
    return this.#hasRows() || this.#blocks.ready;
  }

  /**
   * Uploads and records the next group.
   * @throws UserError when an image cannot be read, naming the file
   */
  async next(): Promise<Work<Group>> {
    const network = this.#network;
    const { batchSize, warmUpChunks } = this.#settings;
    const count = minibatches(this.#settings);
    if (!this.#hasRows()) this.#block = await this.#blocks.next();
    const { plan, views } = this.#block!;
    const first = this.#minibatch * batchSize - plan.firstRow;
    if (!this.#begun) {
      this.#beginChunk(count);
      this.#keep(views.subarray(first * IMAGE_FLOATS, plan.images.length * IMAGE_FLOATS));
    }
    const size = Math.min(
      this.#size,
      network.slots,
      this.#untilConstrained(),
      (plan.images.length - first) / batchSize,
    );
    const last = first + size * batchSize;
    network.load(
      views.subarray(first * IMAGE_FLOATS, last * IMAGE_FLOATS),
      this.#labelsOf(plan.images.subarray(first, last)),
    );
    const chunk = this.#chunk;
    const end = this.#minibatch + size;
    const runs: Run[] = [[chunk < warmUpChunks ? "warmUp" : "train", size]];
    if (network.has("constrain") && end % CONSTRAIN_EVERY === 0) runs.push(["constrain", 1]);
    this.#unseen += size;
    const due = end === count || this.#unseen >= LOOK_EVERY;
    if (due) this.#unseen = 0;
    const work = network.recordTraining(runs, due ? end : undefined);
    this.#goTo(end, count);
    let submitted = 0;
    return {
      submit() {
        submitted = performance.now();
        work.submit();
      },
      result: async () => {
        const look = await work.result();
        this.#adapt(size, (performance.now() - submitted) / 1000);
        return { chunk, end, look };
      },
    };
  }

  /** Whether the next group begins in the block at hand. */
  #hasRows(): boolean {
    const plan = this.#block?.plan;
    return plan !== undefined && plan.chunk === this.#chunk &&
      this.#minibatch * this.#settings.batchSize < plan.firstRow + plan.images.length;
  }

  /** @param views (rows, 2, 3, 69, 69), 0 … 1 */
  #keep(views: Float32Array) {
    this.#seenRows = Math.min(KEPT, views.length / IMAGE_FLOATS);
    for (let row = 0; row < this.#seenRows; row++) {
      for (let at = 0; at < INPUT_PIXELS; at++) {
        const value = 255 * views[row * IMAGE_FLOATS + at];
        this.#seen[row * INPUT_PIXELS + at] = Math.min(255, Math.max(0, value + 0.5));
      }
    }
  }

  #beginChunk(count: number) {
    // The warm-up has velocities of its own (docs/network.md §9).
    if (this.#chunk === this.#settings.warmUpChunks && this.#minibatch === 0) {
      this.#network.resetVelocities();
    }
    this.#network.seek({
      minibatch: this.#minibatch,
      step: this.#chunk * count + this.#minibatch,
      learningRate: learningRate(this.#chunk, this.#settings),
    });
    this.#begun = true;
  }

  #goTo(end: number, count: number) {
    this.#minibatch = end % count;
    if (end < count) return;
    this.#chunk++;
    this.#begun = false;
  }

  /** Minibatches until a norm constraint is due, if the model has any. */
  #untilConstrained(): number {
    const constrained = this.#network.has("constrain");
    return constrained ? CONSTRAIN_EVERY - this.#minibatch % CONSTRAIN_EVERY : Infinity;
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

  #adapt(size: number, seconds: number) {
    const fitting = Math.max(1, Math.floor(GROUP_SECONDS * size / seconds));
    this.#size = Math.min(fitting, 2 * this.#size);
  }
}
