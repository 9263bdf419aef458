/** Pictures of other things than galaxies, and of a plain galaxy, drawn for tests: 424 × 424 × 3 bytes. */
import { Random } from "../../lib/random.ts";

export const SIZE = 424;

export type Colour = readonly [number, number, number];
type Paint = (x: number, y: number) => Colour;

/** A picture from a colour for each place; @param noise standard deviation in grey levels */
export function draw(paint: Paint, noise = 0, width = SIZE, height = width): Uint8Array {
  const random = new Random(5, "test");
  const pixels = new Uint8ClampedArray(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = paint(x, y).map((level) => level + (noise ? random.normal(0, noise) : 0));
      pixels.set(colour, 3 * (y * width + x));
    }
  }
  return new Uint8Array(pixels.buffer);
}

/** Sky as in Galaxy Zoo's pictures. */
export const SKY: Colour = [4, 4, 2];
export const SKY_NOISE = 4;

export const emptySky = () => draw(() => SKY, SKY_NOISE);
export const pureNoise = () => draw(() => [128, 128, 128], 60);
export const whitePage = () =>
  draw((x, y) => y % 24 > 16 && x > 40 && x % 9 < 6 ? [40, 40, 40] : [255, 255, 255]);

/** Stars of all brightnesses, none of them in the middle. */
export function starField(): Uint8Array {
  const random = new Random(6, "test");
  const light = new Float64Array(3 * SIZE * SIZE);
  for (let k = 0; k < 1500; k++) {
    const [x, y] = [random.uniform(0, SIZE), random.uniform(0, SIZE)];
    const peak = Math.min(4000, 15 * random.uniform() ** -1.2);
    const warmth = random.uniform(0.7, 1.3);
    add(light, x, y, 2.5, [peak * warmth, peak, peak / warmth]);
  }
  return draw((x, y) => {
    const at = 3 * (y * SIZE + x);
    return [SKY[0] + light[at], SKY[1] + light[at + 1], SKY[2] + light[at + 2]];
  }, SKY_NOISE);
}

function add(light: Float64Array, x: number, y: number, width: number, peak: Colour) {
  const reach = Math.ceil(5 * width);
  for (let row = Math.max(0, Math.floor(y) - reach); row < Math.min(SIZE, y + reach); row++) {
    for (
      let column = Math.max(0, Math.floor(x) - reach);
      column < Math.min(SIZE, x + reach);
      column++
    ) {
      const share = Math.exp(-((column - x) ** 2 + (row - y) ** 2) / (2 * width ** 2));
      for (let k = 0; k < 3; k++) light[3 * (row * SIZE + column) + k] += share * peak[k];
    }
  }
}

/** A ginger cat's head in front of a wall that the light falls on from the left. */
export function cat(): Uint8Array {
  const disc = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;
  const ear = (x: number, y: number, tip: number) =>
    y > 60 && y < 170 && Math.abs(x - tip) < (y - 60) * 0.5;
  return draw((x, y) => {
    if (disc(x, y, 160, 200, 9, 22) || disc(x, y, 264, 200, 9, 22)) return [10, 15, 10];
    if (disc(x, y, 160, 200, 26, 22) || disc(x, y, 264, 200, 26, 22)) return [150, 190, 60];
    if (disc(x, y, 212, 260, 14, 9)) return [220, 130, 130];
    const whisker = Math.abs(x - 212) > 25 && Math.abs(y - 270 - 0.1 * Math.abs(x - 212)) < 1.5;
    if (whisker && Math.abs(x - 212) < 150) return [245, 245, 240];
    if (disc(x, y, 212, 225, 115, 105) || ear(x, y, 130) || ear(x, y, 294)) {
      const stripe = 25 * Math.sin(x / 7 + 2 * Math.sin(y / 30));
      const shade = 0.8 + 0.4 * (1 - x / SIZE);
      return [shade * (190 + stripe), shade * (120 + stripe), shade * (60 + 0.5 * stripe)];
    }
    return [170 - 0.2 * x, 165 - 0.2 * x, 150 - 0.15 * x + 0.05 * y];
  }, 3);
}

/** The same cat before the night. */
export function catAtNight(): Uint8Array {
  const day = cat();
  const random = new Random(7, "test");
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const at = 3 * (y * SIZE + x);
      const [red, , blue] = day.subarray(at, at + 3);
      if (red - blue > 45 || ((x - 212) / 115) ** 2 + ((y - 225) / 105) ** 2 < 1) continue;
      for (let k = 0; k < 3; k++) day[at + k] = Math.max(0, random.normal(SKY[k], SKY_NOISE));
    }
  }
  return day;
}

/**
 * An exponential disk with a bulge, as SDSS's stretch shows it.
 * @param radius R90 in pixels
 */
export function galaxy(
  radius: number,
  { x: centreX = 211.5, y: centreY = 211.5, width = SIZE, height = SIZE, noise = SKY_NOISE } = {},
): Uint8Array {
  return draw(
    (x, y) => {
      const r = Math.hypot(x - centreX, (y - centreY) / 0.8) / radius;
      // 90 % of an exponential disk is within 3.89 scale lengths.
      const light = 120 * Math.exp(-3.89 * r) + 900 * Math.exp(-30 * r);
      const level = 255 / 6 * Math.asinh(6 / 255 * light);
      return [SKY[0] + 1.15 * level, SKY[1] + level, SKY[2] + 0.75 * level];
    },
    noise,
    width,
    height,
  );
}
