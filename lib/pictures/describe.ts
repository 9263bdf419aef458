/** Numbers of a framed picture that tell whether it is like those of Galaxy Zoo (docs/pictures.md §5). */
import { IMAGE_CENTRE, IMAGE_SIZE } from "../galaxy/transforms.ts";
import { type Light, lightOfPicture } from "./light.ts";
import { type Galaxy, measureGalaxy } from "./measure.ts";
import { type Level, sigmaClipped, skyColour } from "./sky.ts";

/** Grey levels are 0 … 255, lengths pixels of the frame. Without a galaxy, its numbers are 0. */
export interface Statistics {
  /** Median of the sky, mean of red, green and blue, in grey levels. */
  sky: number;
  /** Red sky minus blue sky, in grey levels. */
  skyColour: number;
  /** Standard deviation of neighbouring pixels at half the frame's size, in grey levels. */
  noise: number;
  /** Mean of the galaxy within R90 above the sky, in grey levels. */
  brightness: number;
  /** Of the galaxy's light within R90, the share that is red, and that is blue. */
  red: number;
  blue: number;
  /** R90. */
  radius: number;
  /** How far its centre is from the frame's. */
  offset: number;
  /** The circle of half of its light to that of 90 %. */
  concentration: number;
  /** How different it is when turned by 180°: 0 the same, 1 nothing in common. */
  asymmetry: number;
  /** Share of the frame's pixels that belong to it. */
  share: number;
  /** Other objects. */
  others: number;
  /** Share of the frame's pixels that are nearly white in a colour: above 250. */
  saturated: number;
}

const WHITE = 250;

/** @param framed 424 × 424 × 3 bytes, as `framePicture` makes them */
export function describePicture({ pixels }: { pixels: Uint8Array }): Statistics {
  const sky = skyColour(pixels, IMAGE_SIZE, IMAGE_SIZE);
  const light = lightOfPicture(pixels, IMAGE_SIZE, IMAGE_SIZE);
  const galaxy = measureGalaxy(pixels, IMAGE_SIZE, IMAGE_SIZE);
  return {
    sky: (sky[0].median + sky[1].median + sky[2].median) / 3,
    skyColour: sky[0].median - sky[2].median,
    noise: noiseOf(light),
    ...NOTHING,
    ...(galaxy ? numbersOf(galaxy, pixels, sky, light) : {}),
    saturated: saturated(pixels),
  };
}

const NOTHING = {
  brightness: 0,
  red: 0,
  blue: 0,
  radius: 0,
  offset: 0,
  concentration: 0,
  asymmetry: 0,
  share: 0,
  others: 0,
};

function numbersOf(galaxy: Galaxy, pixels: Uint8Array, sky: readonly Level[], light: Light) {
  const { x, y, radius, concentration, share, others } = galaxy;
  const colours = coloursWithin(pixels, x, y, radius, sky);
  const total = colours[0] + colours[1] + colours[2];
  return {
    brightness: total / 3,
    red: total > 0 ? colours[0] / total : 0,
    blue: total > 0 ? colours[2] / total : 0,
    radius,
    offset: Math.hypot(x - IMAGE_CENTRE, y - IMAGE_CENTRE),
    concentration,
    asymmetry: asymmetryOf(light, galaxy, (sky[0].median + 2 * sky[1].median + sky[2].median) / 4),
    share,
    others,
  };
}

/** Means of red, green and blue above the sky, in a circle. */
function coloursWithin(
  pixels: Uint8Array,
  centreX: number,
  centreY: number,
  radius: number,
  sky: readonly Level[],
): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  forCircle(IMAGE_SIZE, centreX, centreY, radius, (at) => {
    for (let k = 0; k < 3; k++) sums[k] += pixels[3 * at + k] - sky[k].median;
    count++;
  });
  return sums.map((sum) => Math.max(0, sum / Math.max(1, count)));
}

/** Σ |light − light turned| / 2 Σ |light| within R90. */
function asymmetryOf(light: Light, { x, y, radius }: Galaxy, sky: number): number {
  const { width, values, step } = light;
  const [centreX, centreY] = [x, y].map((place) => (place - (step - 1) / 2) / step);
  let [differences, sum] = [0, 0];
  forCircle(width, centreX, centreY, radius / step, (at, column, row) => {
    const across = Math.round(2 * centreX - column);
    const down = Math.round(2 * centreY - row);
    if (across < 0 || across >= width || down < 0 || down >= width) return;
    differences += Math.abs(values[at] - values[down * width + across]);
    sum += Math.abs(values[at] - sky);
  });
  return sum > 0 ? differences / (2 * sum) : 0;
}

/** Visits the pixels of a square picture that lie in a circle. */
function forCircle(
  size: number,
  x: number,
  y: number,
  radius: number,
  visit: (at: number, column: number, row: number) => void,
) {
  const first = (centre: number) => Math.max(0, Math.ceil(centre - radius));
  const last = (centre: number) => Math.min(size - 1, Math.floor(centre + radius));
  for (let row = first(y); row <= last(y); row++) {
    for (let column = first(x); column <= last(x); column++) {
      if ((column - x) ** 2 + (row - y) ** 2 > radius ** 2) continue;
      visit(row * size + column, column, row);
    }
  }
}

/** From what a pixel differs by from the mean of its four neighbours, which galaxies hardly change. */
function noiseOf({ width, height, values }: Light): number {
  const differences = new Float32Array((width - 2) * (height - 2));
  let to = 0;
  for (let row = 1; row < height - 1; row++) {
    for (let at = row * width + 1; at < (row + 1) * width - 1; at++) {
      const neighbours = values[at - 1] + values[at + 1] + values[at - width] + values[at + width];
      differences[to++] = values[at] - neighbours / 4;
    }
  }
  // A difference of one pixel and a quarter of four has 5/4 of the variance of a pixel.
  return sigmaClipped(differences).deviation / Math.sqrt(1.25);
}

function saturated(pixels: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < pixels.length; at += 3) {
    if (Math.max(pixels[at], pixels[at + 1], pixels[at + 2]) > WHITE) count++;
  }
  return count / (pixels.length / 3);
}
