/** What is not the galaxy: stars and galaxies that happen to be near, the night sky, its noise. */
import { Random } from "../random.ts";
import type { Canvas } from "./canvas.ts";
import type { Spheroid, Star } from "./galaxy.ts";

/** Mean of the sky after calibration, in the bands shown as red, green, blue. */
const PEDESTAL = [3.4, 3.4, 1.9];
/** Standard deviation of the sky's noise per camera pixel, in the same bands. */
const SKY_NOISE = [5.6, 5.1, 4.2];
/** Variance that a grey level of light adds to that of the sky. */
const PHOTON_NOISE = 0.15;

const POOL_BITS = 17;
let pool: { seed: number; normals: Float32Array } | undefined;

/**
 * Normal deviates by the million are dear, so every picture reads its own from one pool. The bands
 * take turns; neighbours of one band are correlated, as where a camera's pixels were resampled to
 * lay the bands over each other.
 */
function noisePool(seed: number): Float32Array {
  if (pool?.seed !== seed) {
    const random = new Random(seed, "survey");
    const white = Float32Array.from({ length: 1 << POOL_BITS }, () => random.normal());
    pool = {
      seed,
      normals: white.map((_, k) => smooth(white.at(k - 3)!, white[k], white.at(k - 6)!)),
    };
  }
  return pool.normals;
}

/** Of three independent deviates with variance 1, a weighted sum with variance 1. */
function smooth(middle: number, before: number, after: number): number {
  return 0.8165 * middle + 0.4082 * (before + after);
}

/** Neighbours in the field; the nearer the galaxy, the wider the field and the more of them. */
export function drawNeighbours(
  random: Random,
  magnification: number,
): { stars: Star[]; galaxies: Spheroid[] } {
  const stars: Star[] = [];
  const galaxies: Spheroid[] = [];
  const expected = 1.5 + 46 / (magnification * magnification);
  const count = Math.round(Math.max(0, random.normal(expected, Math.sqrt(expected))));
  for (let k = 0; k < count; k++) {
    const [x, y] = [random.uniform(-212, 212), random.uniform(-212, 212)];
    // There are more faint ones than bright ones, as N(> brightness) ∝ brightness^-0.75.
    const brightness = Math.min(20000, 24 * random.uniform() ** (-1 / 0.75));
    // Those in front of the galaxy are rarely bright: such galaxies were not measured well.
    if (Math.hypot(x, y) < 55 && brightness > 60) continue;
    const age = random.uniform() ** 0.7;
    if (random.chance(0.45)) {
      stars.push({ x, y, brightness, age: random.chance(0.35) ? random.uniform(0, 0.3) : age });
    } else {
      galaxies.push({
        shape: "spheroid",
        x,
        y,
        angle: random.uniform(0, Math.PI),
        axisRatio: random.uniform(0.3, 1),
        radius: magnification * random.uniform(0.8, 2.2) * Math.min(2, (brightness / 24) ** 0.2),
        index: random.uniform(0.8, 2.2),
        brightness: Math.min(260, brightness),
        boxiness: 2,
        age,
      });
    }
  }
  return { stars, galaxies };
}

/** Adds the sky and the noise of sky and light. */
export function addSky(canvas: Canvas, random: Random, seed: number) {
  const normals = noisePool(seed);
  const mask = normals.length - 1;
  const { light, size } = canvas;
  const depth = Math.exp(random.normal(0, 0.15));
  const pedestal = PEDESTAL.map((level) => Math.max(1, level + random.normal(0, 0.7)));
  const variance = SKY_NOISE.map((deviation) => (depth * deviation) ** 2);
  const rows = Uint32Array.from({ length: size + 2 }, () => random.uint32() & mask);
  for (let row = 0; row < size; row++) {
    const [before, middle, after] = rows.subarray(row, row + 3);
    const start = 3 * row * size;
    for (let k = 0; k < 3 * size; k++) {
      const noise = smooth(
        normals[(middle + k) & mask],
        normals[(before + k) & mask],
        normals[(after + k) & mask],
      );
      const deviation = Math.sqrt(variance[k % 3] + PHOTON_NOISE * light[start + k]);
      light[start + k] += pedestal[k % 3] + deviation * noise;
    }
  }
}
