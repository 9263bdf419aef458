/** Chunks of views, made by workers while the main thread does something else. */
import { UserError } from "../../errors.ts";
import { IMAGE_FLOATS } from "../../galaxy/transforms.ts";
import type { CachedImages } from "../cache/cached_images.ts";
import { allocateCache } from "../images/source.ts";
import type { ChunkKey, Job, Look } from "./job.ts";
import type { Reply, Setup } from "./worker.ts";

/** Rows a worker takes at a time in a large chunk: one image through all sixty transforms. */
const MAX_BATCH = 60;
const DEFAULT_CACHE_BYTES = 2 ** 30;

interface Pending {
  /** Workers that have not replied. */
  waiting: number;
  failure: Error | undefined;
  resolve(): void;
  reject(error: Error): void;
}

export interface ViewProducerOptions {
  workers: number;
  /** Files of the images, 424 × 424 JPEGs; an image is named by its index here. */
  paths: readonly string[];
  /** Decoded images (539,328 bytes each) are kept if all fit into this; default 1 GiB. */
  cacheBytes?: number;
  /** Where the images lie decoded (`openCache`); else their JPEGs are read. */
  stored?: CachedImages | undefined;
  /** (images, 3): x, y and scale that centre each image (docs/augmentation.md §8). */
  preparations?: Float64Array | undefined;
}

/**
 * A pool of workers that fills chunk buffers with views. Several chunks may be under way; they are
 * made in the order asked for. Workers take rows from a counter in shared memory, so they go on
 * while the main thread is blocked, and no result depends on their number.
 */
export class ViewProducer {
  readonly #workers: Worker[];
  readonly #imageCount: number;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #broken: Error | undefined;
  /** Whether decoded images are kept in memory. */
  readonly cached: boolean;

  constructor(options: ViewProducerOptions) {
    const { workers, paths, cacheBytes = DEFAULT_CACHE_BYTES, stored, preparations } = options;
    if (preparations && preparations.length !== 3 * paths.length) {
      throw new RangeError(`${preparations.length} / 3 preparations for ${paths.length} images`);
    }
    // Reading them from a cache on disk takes hardly longer than from memory.
    const cache = stored ? undefined : allocateCache(paths.length, cacheBytes);
    this.cached = cache !== undefined;
    this.#imageCount = paths.length;
    const setup = { paths, cache, stored, preparations: preparations && shared(preparations) };
    this.#workers = Array.from({ length: workers }, () => this.#start(setup));
  }

  /** A buffer for `count` rows of views, (count, 2, 3, 69, 69), zeros, shared with the workers. */
  allocate(count: number): Float32Array {
    return new Float32Array(new SharedArrayBuffer(count * IMAGE_FLOATS * 4));
  }

  /**
   * Fills row k of `views` with image `indices[k]`, perturbed by (seed, chunk, firstRow + k)
   * (docs/augmentation.md §6, §7).
   * @throws UserError when an image cannot be read, naming the file
   */
  training(
    views: Float32Array,
    indices: ArrayLike<number>,
    key: ChunkKey,
  ): Promise<void> {
    return this.#make(views, indices, { kind: "random", key });
  }

  /**
   * Fills row k of `views` with image `indices[k]`, as it is or through the fixed transform
   * `transforms[k]`, 0 … 59 (docs/augmentation.md §10). Rows of one image should follow each
   * other: it is decoded once for them.
   * @throws UserError when an image cannot be read, naming the file
   */
  fixed(
    views: Float32Array,
    indices: ArrayLike<number>,
    transforms?: Uint8Array,
  ): Promise<void> {
    return this.#make(views, indices, { kind: "fixed", transforms });
  }

  /** Ends the workers; chunks under way are rejected. */
  close() {
    this.#fail(new Error("the view workers are closed"));
    for (const worker of this.#workers) worker.terminate();
  }

  #start(setup: Setup): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<Reply>) => this.#replied(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(new Error(`a view worker stopped: ${event.message}`));
    };
    worker.postMessage(setup);
    return worker;
  }

  #make(views: Float32Array, indices: ArrayLike<number>, look: Look): Promise<void> {
    const share = Math.min(MAX_BATCH, indices.length / (4 * this.#workers.length));
    // An image that fills several rows is left to one worker, so that it is decoded once.
    const together = sameAtStart(indices);
    const job: Job = {
      id: ++this.#lastId,
      views,
      indices: Uint32Array.from(indices),
      look,
      batch: Math.max(1, Math.ceil(share / together)) * together,
      nextRow: new Int32Array(new SharedArrayBuffer(4)),
    };
    const made = new Promise<void>((resolve, reject) => {
      this.#check(views, indices);
      if (this.#broken) return reject(this.#broken);
      const waiting = this.#workers.length;
      this.#pending.set(job.id, { waiting, failure: undefined, resolve, reject });
      for (const worker of this.#workers) worker.postMessage(job);
    });
    // A chunk made ahead may fail before anyone awaits it; that must not end the process.
    made.catch(() => {});
    return made;
  }

  #check(views: Float32Array, indices: ArrayLike<number>) {
    if (!(views.buffer instanceof SharedArrayBuffer)) {
      throw new TypeError("views must come from allocate()");
    }
    if (views.length < indices.length * IMAGE_FLOATS) {
      throw new RangeError(
        `${indices.length} rows of ${IMAGE_FLOATS} numbers do not fit into ${views.length}`,
      );
    }
    for (let row = 0; row < indices.length; row++) {
      if (!(indices[row] >= 0 && indices[row] < this.#imageCount)) {
        throw new RangeError(`row ${row}: image ${indices[row]} of ${this.#imageCount}`);
      }
    }
  }

  #replied({ id, error }: Reply) {
    const pending = this.#pending.get(id);
    if (!pending) return;
    if (error) {
      pending.failure ??= error.ofUser ? new UserError(error.message) : new Error(error.message);
    }
    // The buffer is the caller's again only when no worker writes to it any more.
    if (--pending.waiting > 0) return;
    this.#pending.delete(id);
    if (pending.failure) pending.reject(pending.failure);
    else pending.resolve();
  }

  #fail(error: Error) {
    this.#broken ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#broken);
    this.#pending.clear();
  }
}

/** How many rows, from the first on, show the same image; at most `MAX_BATCH`. */
function sameAtStart(indices: ArrayLike<number>): number {
  const most = Math.min(MAX_BATCH, indices.length);
  let count = 1;
  while (count < most && indices[count] === indices[0]) count++;
  return count;
}

/** A copy that all workers see, instead of one each. */
function shared(values: Float64Array): Float64Array {
  const copy = new Float64Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
