/** Views made ahead of their use, block by block, in a few buffers that take turns. */
import type { ViewProducer } from "./workers.ts";

/** Rows of a block, about: a GPU that trains 10,000 images/s takes 50 ms for them. */
export const BLOCK_ROWS = 512;
/** Rows in memory, 470 MB: enough to bridge the pauses in which the main thread waits for a GPU. */
const ALL_ROWS = 4096;

/** Buffers for blocks of at most `rows` rows. */
export function blockBuffers(producer: ViewProducer, rows: number): Float32Array[] {
  const count = Math.max(2, Math.floor(ALL_ROWS / Math.max(rows, BLOCK_ROWS)));
  return Array.from({ length: count }, () => producer.allocate(rows));
}

/** What a block shows, and how workers make it. */
export interface BlockPlan {
  /** Fills a buffer; resolves when all views are there. */
  make(views: Float32Array): Promise<void>;
}

/** A block: valid until the next one is asked for. */
export interface ViewBlock<Plan> {
  readonly plan: Plan;
  readonly views: Float32Array;
}

interface Made<Plan> extends ViewBlock<Plan> {
  readonly done: Promise<void>;
  ready: boolean;
}

/** Blocks in the order of their plans. Making starts at once, in all buffers. */
export class ViewBlocks<Plan extends BlockPlan> {
  readonly #plans: Iterator<Plan>;
  readonly #made: Made<Plan>[] = [];
  /** The buffer of the block that was given last. */
  #inUse: Float32Array | undefined;

  /** @param buffers from `ViewProducer.allocate`, each large enough for any block */
  constructor(plans: Iterable<Plan>, buffers: readonly Float32Array[]) {
    this.#plans = plans[Symbol.iterator]();
    for (const views of buffers) this.#start(views);
  }

  /** Whether `next` has something to give without waiting. */
  get ready(): boolean {
    return this.#made.length === 0 || this.#made[0].ready;
  }

  /**
   * The next block, or undefined after the last; the buffer of the block before goes to the workers.
   * @throws UserError when an image of the block cannot be read, naming the file
   */
  async next(): Promise<ViewBlock<Plan> | undefined> {
    if (this.#inUse) this.#start(this.#inUse);
    const block = this.#made.shift();
    this.#inUse = block?.views;
    await block?.done;
    return block;
  }

  #start(views: Float32Array) {
    const { value: plan, done: over } = this.#plans.next();
    if (over) return;
    const done = plan.make(views);
    const made: Made<Plan> = { plan, views, done, ready: false };
    // A failure is for whoever asks for the block.
    const settle = () => {
      made.ready = true;
    };
    done.then(settle, settle);
    this.#made.push(made);
  }
}
