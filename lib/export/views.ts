/** Pixels of pictures and views by their indices: how an exported graph looks at a galaxy. */
import { PART_SIZE, PARTS } from "../galaxy/parts.ts";
import {
  IMAGE_SIZE,
  NO_AUGMENTATION,
  VIEW_COUNT,
  VIEW_SIZE,
  viewMaps,
} from "../galaxy/transforms.ts";

const PIXELS = VIEW_SIZE * VIEW_SIZE;

/** Four neighbours of every sample, and the weight of each. */
export interface Sampling {
  /** Each (2, 69, 69), row · size + column in the picture. */
  readonly indices: readonly Int32Array[];
  /** Each (2, 69, 69). */
  readonly weights: readonly Float32Array[];
}

/**
 * How the two views are sampled from the middle `size` × `size` pixels of a picture, without
 * augmentation: bilinear, with positions outside mirrored about the border pixels
 * (docs/augmentation.md §3 to §5). Of an odd number of pixels the middle is one left of and above the
 * picture's, so that 207 are rows and columns 108 to 314.
 */
export function viewSampling(size: number): Sampling {
  const first = Math.floor((IMAGE_SIZE - size) / 2);
  const count = VIEW_COUNT * PIXELS;
  const indices = [0, 1, 2, 3].map(() => new Int32Array(count));
  const weights = [0, 1, 2, 3].map(() => new Float32Array(count));
  viewMaps(NO_AUGMENTATION).forEach(([a, b, c, d, e, f], view) => {
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const column = pixel % VIEW_SIZE, row = Math.floor(pixel / VIEW_SIZE);
      const x = a * column + b * row + c - first, y = d * column + e * row + f - first;
      const left = Math.floor(x), top = Math.floor(y);
      const at = view * PIXELS + pixel;
      for (let corner = 0; corner < 4; corner++) {
        const right = corner & 1, below = corner >> 1;
        const share = (right ? x - left : 1 - (x - left)) * (below ? y - top : 1 - (y - top));
        weights[corner][at] = share;
        indices[corner][at] = mirrored(top + below, size) * size + mirrored(left + right, size);
      }
    }
  });
  return { indices, weights };
}

/** −1 → 1, size → size − 2 */
function mirrored(index: number, size: number): number {
  const period = 2 * (size - 1);
  const phase = ((index % period) + period) % period;
  return phase < size ? phase : period - phase;
}

/** Where the pixels of the parts are in the two views: (16, 45, 45), numbers in (2, 69, 69). */
export function partPixels(): Int32Array {
  const last = VIEW_SIZE - 1;
  const pixels = new Int32Array(PARTS * PART_SIZE * PART_SIZE);
  let to = 0;
  for (let part = 0; part < PARTS; part++) {
    const view = part >> 3, reversed = (part >> 2) % 2 === 1;
    for (let i = 0; i < PART_SIZE; i++) {
      for (let j = 0; j < PART_SIZE; j++) {
        // The corner of a view turned by quarter turns (docs/network.md §1).
        const [row, column] =
          [[i, j], [j, last - i], [last - i, last - j], [last - j, i]][part % 4];
        pixels[to++] = (view * VIEW_SIZE + row) * VIEW_SIZE + (reversed ? last - column : column);
      }
    }
  }
  return pixels;
}
