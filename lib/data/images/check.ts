/** Checks every image wholly before a long run: its header, all its codes, and what it is known by. */
import { messageOf, UserError } from "../../errors.ts";
import { sha256 } from "../../files/digest.ts";
import { fileError } from "../../files/explain.ts";
import { readFile } from "../../files/read.ts";
import type { ImageState } from "../../marks.ts";
import { few } from "../few.ts";
import { stateOf } from "../file_states.ts";
import { checkJpegData } from "../jpeg/damage.ts";
import { headerProblem, readJpegHeader } from "../jpeg/header.ts";
import { JpegProblem } from "../jpeg/markers.ts";

/** No image of 424 × 424 pixels has more, whatever else its file holds. */
export const MAX_IMAGE_BYTES = 64 * 2 ** 20;

/** Images that a worker takes at a time. */
const BATCH = 64;
/** Images that a worker reads at a time: a slow or a distant disk is kept busy. */
const READS = 8;

export interface CheckOptions {
  /** Width and height of the images in pixels. */
  size: number;
  /** One for each core by default. */
  workers?: number;
}

/** What a look at an image file tells: what it is known by, or the end of a sentence about it. */
export type Look = { state: ImageState } | { problem: string };

/** Files for a worker to look at. */
export interface CheckBatch {
  paths: readonly string[];
  size: number;
}

/** Its reply, in the order of the files. */
export type CheckReply = { looks: Look[] } | { failure: string };

/**
 * Checks that every file is a whole JPEG of `size` × `size` pixels in three colours that we can
 * decode.
 * @returns what each file is known by, in order
 * @throws UserError naming the first few files at fault, what is wrong with each, and how many
 */
export async function checkImages(
  paths: readonly string[],
  options: CheckOptions,
): Promise<ImageState[]> {
  const states: ImageState[] = [];
  const problems: string[] = [];
  for (const [k, look] of (await lookAt(paths, options)).entries()) {
    if ("state" in look) states.push(look.state);
    else problems.push(`${paths[k]} ${look.problem}`);
  }
  if (problems.length === 0) return states;
  const listed = few(problems, (problem) => problem, 10).join("\n  ");
  throw new UserError(
    `${problems.length} of ${paths.length} images cannot be used:\n  ${listed}`,
  );
}

/** What is wrong with each file that is no such image, as the end of a sentence; in order. */
export async function imageProblems(
  paths: readonly string[],
  options: CheckOptions,
): Promise<Map<string, string>> {
  const looks = await lookAt(paths, options);
  return new Map(looks.flatMap((look, k) => "problem" in look ? [[paths[k], look.problem]] : []));
}

/** What is wrong with the bytes of a JPEG file, if anything, as the end of a sentence. */
export function imageProblem(bytes: Uint8Array, size: number): string | undefined {
  try {
    const header = readJpegHeader(bytes);
    // Before its codes are gone through: they may be those of a huge image.
    const problem = headerProblem(header, size);
    if (!problem) checkJpegData(bytes, header);
    return problem;
  } catch (error) {
    if (error instanceof JpegProblem) return error.message;
    throw error;
  }
}

/** Looks at some files. */
export async function lookAtFiles({ paths, size }: CheckBatch): Promise<Look[]> {
  const looks = new Array<Look>(paths.length);
  let next = 0;
  const look = async () => {
    while (next < paths.length) {
      const k = next++;
      looks[k] = await lookAtFile(paths[k], size);
    }
  };
  await Promise.all(Array.from({ length: READS }, look));
  return looks;
}

async function lookAtFile(path: string, size: number): Promise<Look> {
  try {
    // The state first: what changes from here on shows as a change.
    const state = stateOf(await stat(path));
    const bytes = await readFile(path, { limit: MAX_IMAGE_BYTES });
    const problem = imageProblem(bytes, size);
    return problem ? { problem } : { state: { ...state, sha256: sha256(bytes) } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // Errors of files begin with their names.
    return { problem: error.message.replace(`${path} `, "") };
  }
}

async function stat(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    throw fileError(error, path, "read");
  }
}

async function lookAt(
  paths: readonly string[],
  { size, workers = navigator.hardwareConcurrency }: CheckOptions,
): Promise<Look[]> {
  // A handful takes less time than starting a worker.
  if (paths.length <= BATCH) return await lookAtFiles({ paths, size });
  const looks = new Array<Look>(paths.length);
  let next = 0;
  const work = async () => {
    const worker = new Worker(new URL("./check_worker.ts", import.meta.url), { type: "module" });
    try {
      while (next < paths.length) {
        const first = next;
        next += BATCH;
        const batch = { paths: paths.slice(first, next), size };
        for (const [k, look] of (await ask(worker, batch)).entries()) looks[first + k] = look;
      }
    } finally {
      worker.terminate();
    }
  };
  const count = Math.min(Math.max(1, workers), Math.ceil(paths.length / BATCH));
  await Promise.all(Array.from({ length: count }, work));
  return looks;
}

function ask(worker: Worker, batch: CheckBatch): Promise<Look[]> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<CheckReply>) => {
      if ("looks" in data) resolve(data.looks);
      else reject(new Error(data.failure));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`a worker that checks images stopped: ${messageOf(event.message)}`));
    };
    worker.postMessage(batch);
  });
}
