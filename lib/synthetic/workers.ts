/** Shares the drawing of pictures among Deno workers. */
import { UserError } from "../errors.ts";
import type { Batch, Done } from "./picture_worker.ts";

/** A picture to draw: galaxy `index` of the survey, written to `path`. */
export interface Picture {
  index: number;
  path: string;
}

/** Pictures a worker takes at a time: enough to keep messages rare, few enough to share evenly. */
const BATCH = 8;

/**
 * Draws and writes all pictures.
 * @throws Error with the message of the first failure, after which the workers are stopped
 */
export async function drawPictures(
  { pictures, seed, workers, onProgress }: {
    pictures: readonly Picture[];
    seed: number;
    workers: number;
    onProgress: (done: number, total: number) => void;
  },
) {
  const count = Math.max(1, Math.min(workers, Math.ceil(pictures.length / BATCH)));
  const pool = Array.from(
    { length: count },
    () => new Worker(new URL("./picture_worker.ts", import.meta.url), { type: "module" }),
  );
  let next = 0;
  let done = 0;
  /** Hands batches to one worker until none is left. */
  const feed = (worker: Worker) =>
    new Promise<void>((resolve, reject) => {
      const hand = () => {
        if (next >= pictures.length) return resolve();
        const batch: Batch = { seed, pictures: pictures.slice(next, next + BATCH) };
        next += batch.pictures.length;
        worker.postMessage(batch);
      };
      worker.onmessage = ({ data }: MessageEvent<Done>) => {
        if (data.error) {
          const { message, ofUser } = data.error;
          return reject(ofUser ? new UserError(message) : new Error(message));
        }
        done += data.drawn;
        onProgress(done, pictures.length);
        hand();
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`a survey worker stopped: ${event.message}`));
      };
      hand();
    });
  try {
    await Promise.all(pool.map(feed));
  } finally {
    for (const worker of pool) worker.terminate();
  }
}
