/** Which images make a training chunk, and which are kept for validation (docs/augmentation.md §9). */
import { Random } from "../random.ts";

/**
 * The images of training chunk number `chunk`: the first `size` of a fresh shuffle of 0 … count − 1,
 * without repetition inside the chunk and independent of other chunks. Where `size` is more than
 * `count`, further shuffles follow.
 */
export function chunkImages(
  key: { seed: number; chunk: number },
  count: number,
  size: number,
): Uint32Array {
  const random = new Random(key.seed, "chunk", key.chunk);
  const images = new Uint32Array(size);
  for (let filled = 0; filled < size; filled += count) {
    images.set(random.permutation(count).subarray(0, size - filled), filled);
  }
  return images;
}

/** Of `count` labelled images in order, the last tenth (rounded down) is for validation. */
export function split(count: number): { training: number; validation: number } {
  const validation = Math.floor(count / 10);
  return { training: count - validation, validation };
}
