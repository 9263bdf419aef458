/** Reads pictures in workers, so that the GPU waits for none of them. */
import { UserError } from "../errors.ts";
import type { FrameMeasure } from "../pictures/fit.ts";
import type { Failure } from "./inputs.ts";
import type { Reply, Setup } from "./reader_worker.ts";
import { type Item, measureIn, see, type Seen, type Treatment } from "./seen.ts";

export interface ReaderOptions extends Treatment {
  /** A folder to work in, where the real Source Extractor is to measure last. */
  readonly sourceExtractor?: string | undefined;
  /** How many workers; changes nothing in the results. */
  readonly workers?: number;
}

/** So few are read before a worker has started. */
const FEW = 2;
/** By default, one per core, but no more than keep a GPU at work. */
const WORKERS = Math.min(navigator.hardwareConcurrency, 16);
/** Pictures that are best read with one call: several for each worker, since some take longer. */
export const TOGETHER = Math.max(16, 4 * WORKERS);
/**
 * A JPEG of 6 MB can have 100 megapixels, which need 1 GB while they are read: larger files than this are
 * read by one worker, one after the other.
 */
const LARGE_BYTES = 3e6;

interface Task {
  readonly item: Item;
  readonly large: boolean;
  done(result: Seen | Failure): void;
  failed(error: Error): void;
}

/** A pool of workers. It starts with the first pictures that are more than a few. */
export class PictureReader {
  readonly #options: ReaderOptions;
  readonly #most: number;
  /** Workers, and what each is at. */
  readonly #pool = new Map<Worker, Task | "start" | undefined>();
  /** The one that reads large pictures. */
  #large: Worker | undefined;
  #waiting: Task[] = [];
  #started = 0;
  #broken: Error | undefined;
  #measure: Promise<FrameMeasure> | undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#most = options.workers ?? WORKERS;
  }

  /**
   * Reads pictures, in their order. Several calls may be under way: the workers go on with the next one's
   * pictures when none is left of the first.
   * @returns for each picture what the network sees, or why it cannot be read
   * @throws UserError when Source Extractor is missing or its folder cannot be written; Error when workers
   * do not start
   */
  async read(items: readonly Item[]): Promise<(Seen | Failure)[]> {
    if (items.length <= FEW && this.#pool.size === 0) return await this.#readHere(items);
    // All of them first: what is rejected leaves nothing under way.
    const large = await Promise.all(items.map(({ path }) => isLarge(path)));
    return await Promise.all(items.map((item, index) => this.#readThere(item, large[index])));
  }

  /** Ends the workers; what is under way is rejected. */
  close() {
    this.#fail(new Error("the picture workers are closed"));
  }

  async #readHere(items: readonly Item[]): Promise<(Seen | Failure)[]> {
    const folder = this.#options.sourceExtractor;
    this.#measure ??= folder === undefined ? undefined : measureIn(`${folder}/here`);
    const measure = await this.#measure;
    const results: (Seen | Failure)[] = [];
    for (const item of items) results.push(await see(item, this.#options, measure));
    return results;
  }

  #readThere(item: Item, large: boolean): Promise<Seen | Failure> {
    return new Promise((done, failed) => {
      this.#waiting.push({ item, large, done, failed });
      this.#hand();
    });
  }

  /** Gives what is waiting to workers that are idle, and starts those that are missing. */
  #hand() {
    if (this.#broken) return this.#fail(this.#broken);
    while (this.#pool.size < Math.min(this.#most, this.#waiting.length)) this.#start();
    for (const [worker, busy] of this.#pool) {
      if (busy) continue;
      const next = this.#waiting.findIndex(({ large }) => !large || worker === this.#large);
      if (next < 0) continue;
      const [task] = this.#waiting.splice(next, 1);
      this.#pool.set(worker, task);
      worker.postMessage(task.item);
    }
  }

  #start() {
    const worker = new Worker(new URL("./reader_worker.ts", import.meta.url), { type: "module" });
    const number = this.#started++;
    worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if ("error" in data) {
        const { message, ofUser } = data.error;
        return this.#fail(ofUser ? new UserError(message) : new Error(message));
      }
      const task = this.#pool.get(worker);
      if (task !== "start" && !("ready" in data)) task?.done(data);
      this.#pool.set(worker, undefined);
      this.#hand();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      const task = this.#pool.get(worker);
      if (task === "start") {
        return this.#fail(new Error(`a picture worker did not start: ${event.message}`));
      }
      this.#remove(worker);
      const path = task?.item.path ?? "";
      task?.done({ path, why: `${path} cannot be read: its worker stopped (${event.message})` });
      this.#hand(); // another takes its place for the others
    };
    const { how, transforms, sourceExtractor } = this.#options;
    const folder = sourceExtractor && `${sourceExtractor}/${number}`;
    worker.postMessage({ how, transforms, folder } satisfies Setup);
    this.#pool.set(worker, "start");
    this.#large ??= worker;
  }

  #remove(worker: Worker) {
    worker.terminate();
    this.#pool.delete(worker);
    if (this.#large === worker) this.#large = this.#pool.keys().next().value;
  }

  #fail(error: Error) {
    this.#broken ??= error;
    for (const task of this.#waiting) task.failed(this.#broken);
    this.#waiting = [];
    for (const [worker, task] of this.#pool) {
      if (task !== "start") task?.failed(this.#broken);
      this.#remove(worker);
    }
  }
}

async function isLarge(path: string): Promise<boolean> {
  // An image in a file, as `galaxy.fits[2]`.
  for (const file of [path, path.replace(/\[[^[\]]+\]$/, "")]) {
    try {
      return (await Deno.stat(file)).size > LARGE_BYTES;
    } catch {
      // Whoever reads it tells why.
    }
  }
  return false;
}
