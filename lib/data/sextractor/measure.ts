/** Measures many galaxies with Source Extractor, several at a time. */
import { UserError } from "../../errors.ts";
import { fileError } from "../../files/explain.ts";
import { type Generation, PARAMETER_KINDS } from "../../galaxy/sextractor.ts";
import type { Batch, Measured } from "./worker.ts";
import { findSourceExtractor, writeSettings } from "./program.ts";

/** Images a worker takes at a time: less than a second's work, so that a stop is soon heard. */
const BATCH = 8;

export interface ExtractionOptions {
  generation: Generation;
  /** Processes at a time; changes nothing in the result. */
  workers: number;
  /** A folder to make a temporary one in. */
  scratch: string;
  /** Called after every few images. */
  onProgress?(done: number): void;
  stopRequested?(): boolean;
}

/**
 * The central object of every image, (images, columns of the generation) row by row.
 * @returns undefined when a stop was requested
 * @throws UserError when Source Extractor is missing or fails, or an image cannot be read
 */
export async function extractParameters(
  paths: readonly string[],
  { generation, workers, scratch, onProgress, stopRequested = () => false }: ExtractionOptions,
): Promise<Float64Array<ArrayBuffer> | undefined> {
  const program = await findSourceExtractor();
  const kind = PARAMETER_KINDS[generation];
  const width = kind.columns.length;
  const result = new Float64Array(paths.length * width);
  const count = Math.max(1, Math.min(workers, Math.ceil(paths.length / BATCH)));
  const temporary = await temporaryFolder(scratch);
  const pool: Worker[] = [];
  let next = 0;
  let done = 0;

  const work = async (index: number) => {
    const folder = `${temporary}/${index}`;
    await Deno.mkdir(folder);
    await writeSettings(folder, kind);
    const url = new URL("./worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    pool.push(worker);
    while (next < paths.length && !stopRequested()) {
      const first = next;
      next += BATCH;
      const batch = { program, generation, folder, paths: paths.slice(first, first + BATCH) };
      const rows = await measure(worker, batch);
      rows.forEach((row, k) => result.set(row, (first + k) * width));
      done += rows.length;
      onProgress?.(done);
    }
  };

  try {
    const works = Array.from({ length: count }, async (_, index) => {
      try {
        await work(index);
      } catch (error) {
        next = paths.length; // The others need not go on.
        throw error;
      }
    });
    const outcomes = await Promise.allSettled(works);
    // Ctrl-C reaches the processes as well: that they fail then is no fault.
    if (stopRequested() && done < paths.length) return undefined;
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
    return result;
  } finally {
    for (const worker of pool) worker.terminate();
    await Deno.remove(temporary, { recursive: true });
  }
}

async function temporaryFolder(scratch: string): Promise<string> {
  try {
    return await Deno.makeTempDir({ dir: scratch, prefix: ".extract-" });
  } catch (error) {
    throw fileError(error, scratch, "written to");
  }
}

function measure(worker: Worker, batch: Batch): Promise<number[][]> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Measured>) => {
      if ("rows" in data) return resolve(data.rows);
      const { message, ofUser } = data.error;
      reject(ofUser ? new UserError(message) : new Error(message));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`an extraction worker stopped: ${event.message}`));
    };
    worker.postMessage(batch);
  });
}
