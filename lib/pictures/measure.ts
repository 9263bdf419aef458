/**
 * Where a picture's galaxy is and how large, by a measure of our own (docs/pictures.md §4): sky, objects
 * brighter than it, the one in the middle, its centre, and the radius of its light.
 */
import { inPicture, lightOfPicture, type Plane, smoothed } from "./light.ts";
import { centralLabel, findObjects } from "./objects.ts";
import { growth, petrosianRadius, radiusOfShare } from "./profile.ts";
import { type Level, skyOf } from "./sky.ts";
import { lightOf } from "./stretch.ts";

/** What was measured; places and lengths in pixels of the picture. */
export interface Galaxy {
  /** Column and row of its centre, from the centre of the first pixel. */
  x: number;
  y: number;
  /** The circle that holds 90 % of its light (petroR90). */
  radius: number;
  /** How concentrated its light is: the circle of half of it to that of 90 %. */
  concentration: number;
  /** Share of the picture's pixels that belong to it. */
  share: number;
  /** Other objects that are no specks. */
  others: number;
}

/** Objects are brighter than the sky by so many standard deviations of it, and a grey level. */
const THRESHOLD = 2.5;
const LEAST_LEVELS = 1;
/**
 * How far from the middle galaxies are looked for, as a share of the picture's side: 50 of 424 pixels, as the
 * `pysex` models do.
 */
const NEAR = 50 / 424;
/** How strongly Galaxy Zoo's pictures are taken to be stretched: sizes scatter least with 6. */
const BEND = 6;
/** The share of the light whose circle scatters least, and what its radius is to that of 90 %. */
const SHARE = 0.7;
const TO_R90 = 1.33;
/** Other objects of fewer pixels may be noise, and are not counted. */
const LEAST_OTHER = 15;
/** Circles do not grow beyond this share of the picture's longer side. */
const MOST_RADIUS = 0.52;
/** A pixel that is so much brighter than the one opposite belongs to a neighbour. */
const ASYMMETRY = 2;
const TOLERANCE = 3;
/** Weighted means in shrinking circles, as multiples of the object's radius, lead to its centre. */
const CIRCLES = [1, 0.6, 0.4, 0.3, 0.3];

/**
 * Measures the galaxy of a picture.
 * @param pixels height × width × 3 bytes
 * @param near see `NEAR`
 * @returns undefined where nothing is brighter than the sky
 */
export function measureGalaxy(
  pixels: Uint8Array,
  width: number,
  height: number,
  near = NEAR,
): Galaxy | undefined {
  const light = lightOfPicture(pixels, width, height);
  const sky = skyOf(light.values, light.width, light.height);
  const faint = smoothed({ ...light, values: smoothed(light) });
  const faintSky = skyOf(faint, light.width, light.height);
  const above = { ...light, values: faint.map((value) => value - faintSky.median) };
  const objects = findObjects(above, Math.max(THRESHOLD * faintSky.deviation, LEAST_LEVELS));
  const spread = near * Math.sqrt(light.width * light.height);
  const label = centralLabel(objects, light, spread);
  if (label === 0) return undefined;
  const galaxy = new CentralObject(above, objects.labels, label, faintSky.deviation);
  galaxy.moveToCentre(spread, Math.sqrt(objects.areas[label] / Math.PI));
  const { radius, concentration } = galaxy.sizeIn(light, sky);
  return {
    x: inPicture(galaxy.x, light.step),
    y: inPicture(galaxy.y, light.step),
    radius: radius * light.step,
    concentration,
    share: objects.areas[label] / light.values.length,
    others: objects.areas.filter((area, k) => k !== label && area >= LEAST_OTHER).length,
  };
}

/** One object among others, on the smoothed light above the sky. */
class CentralObject {
  x = 0;
  y = 0;
  readonly #plane: Plane;
  readonly #labels: Int32Array;
  readonly #label: number;
  readonly #noise: number;

  constructor(plane: Plane, labels: Int32Array, label: number, noise: number) {
    this.#plane = plane;
    this.#labels = labels;
    this.#label = label;
    this.#noise = noise;
  }

  /** From its brightest place near the middle to the mean place of its light. */
  moveToCentre(spread: number, size: number) {
    const { width, height, values } = this.#plane;
    const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
    let most = -Infinity;
    for (let at = 0; at < values.length; at++) {
      if (this.#labels[at] !== this.#label) continue;
      const [x, y] = [at % width, Math.floor(at / width)];
      const distance2 = (x - middleX) ** 2 + (y - middleY) ** 2;
      const score = values[at] * Math.exp(-distance2 / (2 * spread ** 2));
      if (score > most) [most, this.x, this.y] = [score, x, y];
    }
    for (const circle of CIRCLES) this.#moveToMean(circle * size + 1);
  }

  #moveToMean(radius: number) {
    const { width, height, values } = this.#plane;
    let [sum, sumX, sumY] = [0, 0, 0];
    const top = Math.max(0, Math.floor(this.y - radius));
    const bottom = Math.min(height - 1, Math.ceil(this.y + radius));
    for (let y = top; y <= bottom; y++) {
      for (let x = 0; x < width; x++) {
        if ((x - this.x) ** 2 + (y - this.y) ** 2 >= radius ** 2) continue;
        const at = y * width + x;
        if (this.#isOther(at)) continue;
        const weight = this.#symmetric(at, values[at], this.#noise);
        if (!(weight > 0)) continue;
        sum += weight;
        sumX += weight * x;
        sumY += weight * y;
      }
    }
    if (sum > 0) [this.x, this.y] = [sumX / sum, sumY / sum];
  }

  #isOther(at: number): boolean {
    return this.#labels[at] !== 0 && this.#labels[at] !== this.#label;
  }

  /**
   * A value, or what there can be of it where the place opposite is much darker: galaxies look the same
   * when they are turned by 180°, stars in front of them do not.
   */
  #symmetric(at: number, value: number, noise: number): number {
    const { width, height, values } = this.#plane;
    const x = Math.round(2 * this.x - at % width);
    const y = Math.round(2 * this.y - Math.floor(at / width));
    if (x < 0 || x >= width || y < 0 || y >= height) return value;
    const opposite = y * width + x;
    if (this.#isOther(opposite)) return value;
    return Math.min(value, ASYMMETRY * Math.max(0, values[opposite]) + TOLERANCE * noise);
  }

  /** Of its light, the radius of 90 % in pixels of the plane. @param light not smoothed */
  sizeIn(light: Plane, sky: Level): { radius: number; concentration: number } {
    const flux = growth(
      light,
      (at) => {
        if (this.#isOther(at)) return NaN;
        return lightOf(this.#symmetric(at, light.values[at] - sky.median, sky.deviation), BEND);
      },
      this.x,
      this.y,
      MOST_RADIUS * Math.max(light.width, light.height),
    );
    const petrosian = petrosianRadius(flux);
    const half = radiusOfShare(flux, petrosian, 0.5);
    return {
      radius: TO_R90 * radiusOfShare(flux, petrosian, SHARE),
      concentration: half / radiusOfShare(flux, petrosian, 0.9),
    };
  }
}
