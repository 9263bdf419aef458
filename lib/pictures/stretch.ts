/**
 * Light to grey levels, as SDSS made its pictures: the asinh stretch of Lupton et al. 2004
 * (PASP 116, 133), which keeps colours (docs/pictures.md §3).
 */
import { skyOf } from "./sky.ts";

/**
 * How strongly the stretch bends: with 8, model galaxies come out in the size that they have
 * (docs/pictures.md §4).
 */
const BEND = 8;
/** Standard deviation of the sky in Galaxy Zoo's pictures, in grey levels, and its own level. */
const SKY_NOISE = 5;
const PEDESTAL = 3;
/** Where the gain would make more noise than this of a faint galaxy, it stays faint. */
const MOST_NOISE = 8;
/** Grey levels between which the brightest pixels in the middle are to lie. */
const [FAINTEST, BRIGHTEST] = [90, 245];
const BRIGHT = 0.998;

/** Light of a grey level above the sky, in those of faint light: the inverse of the stretch. */
export function lightOf(level: number, bend = BEND): number {
  return 255 / bend * Math.sinh(bend / 255 * level);
}

export interface Stretched {
  /** height × width × 3 bytes */
  pixels: Uint8Array;
  told: string;
}

/**
 * Makes a picture of bands of light.
 * @param bands one, or red, green and blue: `width` × `height` numbers each, which are used up;
 * NaN shows as sky
 * @param weights by which the bands are multiplied; without them, the middle of the picture is given
 * `usualColour`
 */
export function stretch(
  bands: readonly Float32Array[],
  width: number,
  height: number,
  weights: readonly number[] | undefined,
  usualColour: readonly number[],
): Stretched {
  const light = bands.map((band) => withoutSky(band, width, height));
  const scales = weights ?? balance(light, width, height, usualColour);
  const mean = new Float32Array(width * height);
  light.forEach((band, k) => {
    const scale = scales[k] / light.length;
    for (let pixel = 0; pixel < mean.length; pixel++) mean[pixel] += scale * band[pixel];
  });
  const { gain, told } = gainOf(mean, width, height);
  const pixels = new Uint8Array(3 * mean.length);
  const colour = new Float64Array(3);
  for (let pixel = 0; pixel < mean.length; pixel++) {
    const bent = BEND / 255 * gain * mean[pixel];
    // The same for all three, so that the colour stays.
    const factor = gain * (Math.abs(bent) < 1e-6 ? 1 : Math.asinh(bent) / bent);
    for (let k = 0; k < 3; k++) {
      const band = light.length === 1 ? 0 : k;
      colour[k] = PEDESTAL + factor * scales[band] * light[band][pixel];
    }
    // Where one is too bright, all are darkened: stars keep their colours.
    const excess = Math.max(1, colour[0] / 255, colour[1] / 255, colour[2] / 255);
    for (let k = 0; k < 3; k++) pixels[3 * pixel + k] = Math.max(0, colour[k] / excess + 0.5);
  }
  return { pixels, told };
}

/** In place: a large picture is there once. */
function withoutSky(band: Float32Array, width: number, height: number): Float32Array {
  const { median } = skyOf(band, width, height);
  for (let pixel = 0; pixel < band.length; pixel++) {
    const value = band[pixel];
    band[pixel] = Number.isNaN(value) ? 0 : value - median;
  }
  return band;
}

/** Values of the middle half of the picture, at most some ten thousand of them. */
function middleOf(values: Float32Array, width: number, height: number): Float32Array {
  const stride = Math.max(1, Math.floor(Math.sqrt(width * height / 4 / 40_000)));
  const middle: number[] = [];
  for (let row = height >> 2; row < height - (height >> 2); row += stride) {
    for (let column = width >> 2; column < width - (width >> 2); column += stride) {
      middle.push(values[row * width + column]);
    }
  }
  return Float32Array.from(middle);
}

/** Weights that give the bright part of the middle a colour. */
function balance(
  light: readonly Float32Array[],
  width: number,
  height: number,
  colour: readonly number[],
): number[] {
  if (light.length === 1) return [1];
  const middles = light.map((band) => middleOf(band, width, height));
  const noise = light.map((band) => skyOf(band, width, height).deviation || 1);
  const sums = light.map(() => 0);
  for (let k = 0; k < middles[0].length; k++) {
    // Seen in every band: at least three deviations on the average.
    const signal = middles.reduce((sum, values, band) => sum + values[k] / noise[band], 0);
    if (signal > 3 * light.length) middles.forEach((values, band) => sums[band] += values[k]);
  }
  if (sums.every((sum) => sum > 0)) {
    return sums.map((sum, band) => colour[band] / colour[1] * sums[1] / sum);
  }
  return noise.map((deviation) => noise[1] / deviation);
}

/** Grey levels for a unit of light, where the stretch does not bend yet. */
function gainOf(mean: Float32Array, width: number, height: number) {
  const noise = skyOf(mean, width, height).deviation;
  const middle = middleOf(mean, width, height).sort();
  const bright = middle[Math.floor(BRIGHT * (middle.length - 1))];
  if (!(bright > 0)) {
    return { gain: noise > 0 ? SKY_NOISE / noise : 1, told: "the sky's noise as in SDSS pictures" };
  }
  const gain = noise > 0 ? SKY_NOISE / noise : Infinity;
  if (gain * bright > lightOf(BRIGHTEST)) {
    return { gain: lightOf(BRIGHTEST) / bright, told: "the brightest parts just not white" };
  }
  if (gain * bright >= lightOf(FAINTEST)) {
    return { gain, told: "the sky's noise as in SDSS pictures" };
  }
  return {
    gain: Math.min(lightOf(FAINTEST) / bright, MOST_NOISE / noise),
    told: "brighter than in SDSS pictures, for it is faint",
  };
}
