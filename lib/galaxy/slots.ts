/** What goes into a network and what comes out: minibatches in slots, and where a run stands. */
import type { Gpu } from "../gpu/device.ts";
import { type Memory, part, type Slice, upload } from "../gpu/memory.ts";
import { ANSWER_COUNT } from "./questions.ts";
import { IMAGE_FLOATS } from "./transforms.ts";

/** What the kernels know of the position: see `struct State` in kernels/shared/state.wgsl. */
export interface Position {
  slot?: number;
  /** Index of the next loss. */
  minibatch?: number;
  /** Number of updates so far: dropout draws its masks from it. */
  step?: number;
  learningRate?: number;
}

export interface SlotsOptions {
  /** Examples of a minibatch, B. */
  readonly batch: number;
  /** Minibatches that are uploaded together; as many as one binding allows if that is fewer. */
  readonly slots: number;
  /** Answers to each example, of which the mean is taken. */
  readonly orders: number;
}

/** Buffers for the views, labels and answers of a few minibatches. */
export class Slots {
  readonly #gpu: Gpu;
  readonly batch: number;
  readonly count: number;
  readonly orders: number;
  readonly buffers: Readonly<Record<"state" | "views" | "labels" | "answers", Slice>>;

  private constructor(gpu: Gpu, { batch, slots, orders }: SlotsOptions, buffers: Slots["buffers"]) {
    this.#gpu = gpu;
    this.batch = batch;
    this.count = slots;
    this.orders = orders;
    this.buffers = buffers;
  }

  /** @throws AdapterLimitError or OutOfMemoryError when the adapter does not allow a single slot */
  static async allocate(gpu: Gpu, memory: Memory, options: SlotsOptions): Promise<Slots> {
    const { batch, orders } = options;
    const bytes = batch * IMAGE_FLOATS * 4;
    const most = Math.floor(gpu.device.limits.maxStorageBufferBindingSize / bytes);
    const slots = Math.max(1, Math.min(options.slots, most));
    const allocate = (label: string, count: number) => memory.allocate(label, "data", count);
    return new Slots(gpu, { batch, slots, orders }, {
      state: await allocate("state", 4),
      views: await allocate("views", slots * batch * IMAGE_FLOATS),
      labels: await allocate("labels", slots * batch * ANSWER_COUNT),
      answers: await allocate("answers", slots * orders * batch * ANSWER_COUNT),
    });
  }

  /** Says where the next minibatch stands. */
  seek({ slot, minibatch, step, learningRate }: Position) {
    const words: [number, Uint32Array | Float32Array][] = [];
    if (slot !== undefined) words.push([0, Uint32Array.of(slot)]);
    if (minibatch !== undefined) words.push([1, Uint32Array.of(minibatch)]);
    if (step !== undefined) words.push([2, Uint32Array.of(step)]);
    if (learningRate !== undefined) words.push([3, Float32Array.of(learningRate)]);
    for (const [index, word] of words) {
      upload(this.#gpu, part(this.buffers.state, index, 1), word);
    }
  }

  /** Uploads examples to the slots from the first on, and goes to the first slot. */
  load(views: Float32Array, labels?: Float32Array) {
    upload(this.#gpu, this.buffers.views, views);
    if (labels) upload(this.#gpu, this.buffers.labels, labels);
    this.seek({ slot: 0 });
  }

  /** Numbers in the answers to so many examples, whole minibatches in all orders. */
  answerCount(examples: number): number {
    return Math.ceil(examples / this.batch) * this.orders * this.batch * ANSWER_COUNT;
  }

  /** The means over the orders: from (slots, orders, B, 37) to (examples, 37). */
  means(all: Float32Array, examples: number): Float32Array {
    const { orders } = this;
    const count = examples * ANSWER_COUNT;
    if (orders === 1) return all.subarray(0, count);
    const size = this.batch * ANSWER_COUNT;
    const means = new Float32Array(count);
    for (let to = 0, slot = 0; to < count; slot++) {
      const end = Math.min(count, to + size);
      for (let from = slot * orders * size; to < end; from++, to++) {
        let sum = 0;
        for (let order = 0; order < orders; order++) sum += all[from + order * size];
        means[to] = sum / orders;
      }
    }
    return means;
  }
}
