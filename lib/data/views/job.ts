/** What a chunk of views is made of, and the work of one worker on it. */
import { colourOffset, drawPerturbation } from "../../galaxy/perturbation.ts";
import {
  type Augmentation,
  FIXED_AUGMENTATIONS,
  IMAGE_FLOATS,
  NO_AUGMENTATION,
  type Preparation,
  viewMaps,
} from "../../galaxy/transforms.ts";
import { Random } from "../../random.ts";
import type { ImageSource } from "../images/source.ts";
import { warpViews } from "./warp.ts";

/** Names the random perturbations of a training chunk, or of a part of it. */
export interface ChunkKey {
  seed: number;
  chunk: number;
  /** Which row of the chunk the first row of views is; 0 by default. */
  firstRow?: number;
}

/** How the galaxies of a chunk are looked at: at random, or each through one of the sixty. */
export type Look =
  | { kind: "random"; key: ChunkKey }
  | { kind: "fixed"; transforms: Uint8Array | undefined };

/** A chunk of views to make. Every worker gets the same; the memory of arrays marked so is shared. */
export interface Job {
  id: number;
  /** Shared; row k goes to `views[k · IMAGE_FLOATS …]`. */
  views: Float32Array;
  /** Row k shows image `indices[k]`. */
  indices: Uint32Array;
  look: Look;
  /** Rows that a worker takes at a time. */
  batch: number;
  /** Shared: the first row that no worker has taken yet. */
  nextRow: Int32Array;
}

/**
 * Takes rows of the job and makes their views until none is left.
 * @param preparations (images, 3): x, y and scale of every image, if they are centred
 */
export async function workOn(job: Job, images: ImageSource, preparations?: Float64Array) {
  const rows = job.indices.length;
  try {
    for (let row = takeRows(job); row < rows; row = takeRows(job)) {
      await makeViews(job, images, preparations, row, Math.min(row + job.batch, rows));
    }
  } catch (error) {
    // Leaves nothing for the other workers: the chunk is lost already.
    Atomics.store(job.nextRow, 0, rows);
    throw error;
  }
}

function takeRows({ nextRow, batch }: Job): number {
  return Atomics.add(nextRow, 0, batch);
}

async function makeViews(
  job: Job,
  images: ImageSource,
  preparations: Float64Array | undefined,
  from: number,
  to: number,
) {
  const { views, indices, look } = job;
  for (let first = from, end = from; first < to; first = end) {
    // Consecutive rows often show one image through many transforms.
    const image = indices[first];
    while (end < to && indices[end] === image) end++;
    const preparation = preparations && preparationAt(preparations, image);
    await images.use(image, (pixels) => {
      for (let row = first; row < end; row++) {
        const { augmentation, colour } = lookOf(look, row);
        warpViews(pixels, viewMaps(augmentation, preparation), views, row * IMAGE_FLOATS, colour);
      }
    });
  }
}

function preparationAt(preparations: Float64Array, image: number): Preparation {
  const [x, y, scale] = preparations.subarray(3 * image, 3 * image + 3);
  return { x, y, scale };
}

function lookOf(
  look: Look,
  row: number,
): { augmentation: Augmentation; colour?: [number, number, number] } {
  if (look.kind === "fixed") {
    const { transforms } = look;
    return { augmentation: transforms ? FIXED_AUGMENTATIONS[transforms[row]] : NO_AUGMENTATION };
  }
  // By row, not by image: an image that a small data set repeats in a chunk must look different.
  const { seed, chunk, firstRow = 0 } = look.key;
  const perturbation = drawPerturbation(new Random(seed, "perturbation", chunk, firstRow + row));
  return { augmentation: perturbation, colour: colourOffset(perturbation.colour) };
}
