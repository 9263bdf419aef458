/**
 * The camera's picture before it becomes a JPEG: light in three bands, blurred by the atmosphere,
 * stretched and magnified.
 */
/** Pixels along each side of a picture. */
export const PICTURE_SIZE = 424;

/** Grey levels at which the stretch turns from linear to logarithmic. */
const SOFTENING = 46;

/**
 * Light in the bands i, r, g, which are shown as red, green, blue; interleaved, `size` × `size`.
 * The picture's centre is the canvas's centre.
 */
export interface Canvas {
  readonly size: number;
  /** Pixels of the picture per pixel of the canvas. */
  readonly magnification: number;
  readonly light: Float32Array;
}

/** A dark canvas, a little larger than the picture so that magnifying needs no special edge. */
export function makeCanvas(magnification: number): Canvas {
  const size = Math.ceil(PICTURE_SIZE / magnification) + 4;
  return { size, magnification, light: new Float32Array(size * size * 3) };
}

/** Colours at ages 0, ½ and 1 as shares of the bands i, r, g; each has a mean of 1. */
const COLOURS = [[0.84, 0.95, 1.21], [1.13, 1.02, 0.85], [1.33, 1.05, 0.62]];

/** The colour of stars of an age from 0 to 1 (see `galaxy.ts`). */
export function colourOf(age: number): [number, number, number] {
  const position = 2 * Math.min(1, Math.max(0, age));
  const stop = Math.min(1, Math.floor(position));
  const [from, to] = [COLOURS[stop], COLOURS[stop + 1]];
  const mix = (band: number) => from[band] + (position - stop) * (to[band] - from[band]);
  return [mix(0), mix(1), mix(2)];
}

/**
 * Calls `paint` for the canvas's pixels within `reach` of (x, y), with the pixel's place relative to
 * it in pixels of the picture, turned so that `angle` lies along the first axis.
 */
export function within(
  canvas: Canvas,
  at: { x: number; y: number; angle?: number },
  reach: number,
  paint: (along: number, across: number, offset: number) => void,
) {
  const { size, magnification } = canvas;
  const middle = (size - 1) / 2;
  const first = (centre: number) =>
    Math.max(0, Math.floor(middle + (centre - reach) / magnification));
  const last = (centre: number) =>
    Math.min(size - 1, Math.ceil(middle + (centre + reach) / magnification));
  const cos = Math.cos(at.angle ?? 0);
  const sin = Math.sin(at.angle ?? 0);
  const [left, right, bottom] = [first(at.x), last(at.x), last(at.y)];
  for (let row = first(at.y); row <= bottom; row++) {
    const dy = (row - middle) * magnification - at.y;
    for (let column = left; column <= right; column++) {
      const dx = (column - middle) * magnification - at.x;
      paint(dx * cos + dy * sin, dy * cos - dx * sin, 3 * (row * size + column));
    }
  }
}

/** Blurs with a round Gaussian of the given full width at half maximum, in the canvas's pixels. */
export function blur({ size, light }: Canvas, fwhm: number) {
  const sigma = fwhm / 2.3548;
  const reach = Math.ceil(2.6 * sigma);
  const weights = Float64Array.from(
    { length: reach + 1 },
    (_, k) => Math.exp(-0.5 * (k / sigma) ** 2),
  );
  const total = weights.reduce((sum, weight, k) => sum + (k === 0 ? weight : 2 * weight), 0);
  for (let k = 0; k <= reach; k++) weights[k] /= total;
  const line = new Float32Array(3 * (size + 2 * reach));
  // Rows, then columns; beyond the edge it is dark.
  for (const [step, stride] of [[3, 3 * size], [3 * size, 3]]) {
    for (let start = 0; start < size; start++) {
      const origin = start * stride;
      for (let k = 0; k < size; k++) {
        const from = origin + k * step;
        const to = 3 * (k + reach);
        line[to] = light[from];
        line[to + 1] = light[from + 1];
        line[to + 2] = light[from + 2];
      }
      for (let k = 0; k < size; k++) {
        const to = origin + k * step;
        for (let band = 0; band < 3; band++) {
          const middle = 3 * (k + reach) + band;
          let sum = weights[0] * line[middle];
          for (let d = 1; d <= reach; d++) {
            sum += weights[d] * (line[middle - 3 * d] + line[middle + 3 * d]);
          }
          light[to + band] = sum;
        }
      }
    }
  }
}

/**
 * The asinh stretch of Lupton et al. (2004), in place: faint light linear, bright light logarithmic,
 * the colour kept. Grey levels from 0 to 255, not rounded.
 */
export function stretch({ light }: Canvas) {
  for (let p = 0; p < light.length; p += 3) {
    const mean = (light[p] + light[p + 1] + light[p + 2]) / 3;
    const factor = mean > 1 ? SOFTENING * Math.asinh(mean / SOFTENING) / mean : 1;
    const brightest = factor * Math.max(light[p], light[p + 1], light[p + 2]);
    const kept = brightest > 255 ? factor * 255 / brightest : factor;
    for (let band = 0; band < 3; band++) light[p + band] = Math.max(0, kept * light[p + band]);
  }
}

/** Magnifies to the picture's size (Catmull–Rom) and rounds: RGB bytes, row by row. */
export function magnify({ size, magnification, light }: Canvas): Uint8Array {
  const starts = new Int32Array(PICTURE_SIZE);
  const weights = new Float32Array(4 * PICTURE_SIZE);
  for (let p = 0; p < PICTURE_SIZE; p++) {
    const place = (p - (PICTURE_SIZE - 1) / 2) / magnification + (size - 1) / 2;
    const t = place - Math.floor(place);
    starts[p] = Math.floor(place) - 1;
    weights.set([
      t * (t * (2 - t) - 1) / 2,
      (t * t * (3 * t - 5) + 2) / 2,
      t * (t * (4 - 3 * t) + 1) / 2,
      t * t * (t - 1) / 2,
    ], 4 * p);
  }
  const width = 3 * PICTURE_SIZE;
  const wide = new Float32Array(size * width);
  for (let row = 0; row < size; row++) {
    for (let p = 0; p < PICTURE_SIZE; p++) {
      for (let band = 0; band < 3; band++) {
        const from = 3 * (row * size + starts[p]) + band;
        wide[row * width + 3 * p + band] = weights[4 * p] * light[from] +
          weights[4 * p + 1] * light[from + 3] + weights[4 * p + 2] * light[from + 6] +
          weights[4 * p + 3] * light[from + 9];
      }
    }
  }
  const rgb = new Uint8Array(PICTURE_SIZE * width);
  for (let p = 0; p < PICTURE_SIZE; p++) {
    const [w0, w1, w2, w3] = weights.subarray(4 * p, 4 * p + 4);
    const from = starts[p] * width;
    for (let k = 0; k < width; k++) {
      const value = w0 * wide[from + k] + w1 * wide[from + width + k] +
        w2 * wide[from + 2 * width + k] + w3 * wide[from + 3 * width + k];
      rgb[p * width + k] = value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
    }
  }
  return rgb;
}
