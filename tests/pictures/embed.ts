/** A picture of 424 × 424 pixels inside one of another size: scaled, moved, with sky around it. */
import type { Random } from "../../lib/random.ts";
import type { Picture } from "../../lib/pictures/picture.ts";

const SIZE = 424;
export interface Embedding {
  width: number;
  height: number;
  /** Pixels that one of the picture becomes. */
  factor: number;
  /** Where its middle comes to lie: column and row. */
  x: number;
  y: number;
}

/** @param random chooses border pixels of the picture, which stand for the sky around it */
export function embed(
  pixels: Uint8Array,
  { width, height, factor, x, y }: Embedding,
  random: Random,
): Picture {
  const target = new Uint8Array(3 * width * height);
  const sum = new Float64Array(3);
  /** Along a side of a pixel. */
  const samples = Math.ceil(1 / factor);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      sum.fill(0);
      for (let k = 0; k < samples ** 2; k++) {
        const across = column + (k % samples + 0.5) / samples - 0.5;
        const down = row + (Math.floor(k / samples) + 0.5) / samples - 0.5;
        const [u, v] = [(across - x) / factor + 211.5, (down - y) / factor + 211.5];
        if (u >= 0 && u <= SIZE - 1 && v >= 0 && v <= SIZE - 1) addSample(pixels, u, v, sum);
        else addSky(pixels, random, sum);
      }
      for (let k = 0; k < 3; k++) {
        target[3 * (row * width + column) + k] = Math.round(sum[k] / samples ** 2);
      }
    }
  }
  return { width, height, pixels: target, kind: "PNG", notes: [] };
}

function addSample(pixels: Uint8Array, u: number, v: number, sum: Float64Array) {
  const [left, top] = [Math.min(SIZE - 2, Math.floor(u)), Math.min(SIZE - 2, Math.floor(v))];
  const [right, below] = [u - left, v - top];
  const at = 3 * (top * SIZE + left);
  for (let k = 0; k < 3; k++) {
    const upper = (1 - right) * pixels[at + k] + right * pixels[at + 3 + k];
    const lower = (1 - right) * pixels[at + 3 * SIZE + k] + right * pixels[at + 3 * SIZE + 3 + k];
    sum[k] += (1 - below) * upper + below * lower;
  }
}

function addSky(pixels: Uint8Array, random: Random, sum: Float64Array) {
  const [along, side] = [random.below(SIZE), random.below(2) * (SIZE - 1)];
  const at = 3 * (random.chance(0.5) ? side * SIZE + along : along * SIZE + side);
  for (let k = 0; k < 3; k++) sum[k] += pixels[at + k];
}
