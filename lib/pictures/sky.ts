/** The sky of a picture: what most pixels near its border show. */

export interface Level {
  median: number;
  /** Standard deviation, from the quantiles of a normal distribution. */
  deviation: number;
}

/** Quantiles of a normal distribution at one standard deviation. */
const [LOW, HIGH] = [0.158655, 0.841345];
/** Values farther than this many deviations from the median are no sky. */
const CLIP = 3;

/**
 * Median and standard deviation of what is left after values beyond three deviations of the median
 * were set aside, again and again until none is left (sigma clipping).
 * @param values sorted in place; NaN are no values
 * @returns zeros where there is nothing
 */
export function sigmaClipped(values: Float32Array): Level {
  values.sort(); // NaN go last
  let [from, to] = [0, values.length];
  while (to > 0 && Number.isNaN(values[to - 1])) to--;
  if (to === 0) return { median: 0, deviation: 0 };
  const at = (share: number) => values[Math.min(to - 1, Math.floor(from + share * (to - from)))];
  for (;;) {
    const median = at(0.5);
    const deviation = (at(HIGH) - at(LOW)) / 2;
    const [low, high] = [median - CLIP * deviation, median + CLIP * deviation];
    const [first, last] = [from, to];
    while (values[from] < low) from++;
    while (values[to - 1] > high) to--;
    if (from === first && to === last) return { median, deviation };
  }
}

/** Share of the shorter side that counts as border. */
const BORDER = 0.06;
/** More border pixels than this tell no more. */
const MOST_VALUES = 8_000;

/** Of one plane of `width` × `height` values: sigma-clipped, from a frame along the border. */
export function skyOf(
  values: ArrayLike<number>,
  width: number,
  height: number,
  { samples = 1, channel = 0 } = {},
): Level {
  return sigmaClipped(borderOf(values, width, height, samples, channel));
}

/** Sky of red, green and blue. @param pixels height × width × 3 */
export function skyColour(pixels: Uint8Array, width: number, height: number): Level[] {
  return [0, 1, 2].map((channel) => skyOf(pixels, width, height, { samples: 3, channel }));
}

function borderOf(
  values: ArrayLike<number>,
  width: number,
  height: number,
  samples: number,
  channel: number,
): Float32Array {
  const rim = Math.max(2, Math.round(BORDER * Math.min(width, height)));
  const count = width * height - (width - 2 * rim) * (height - 2 * rim);
  const stride = Math.ceil(count / MOST_VALUES);
  const border = new Float32Array(Math.ceil(count / stride));
  let seen = 0;
  for (let row = 0; row < height; row++) {
    const inside = row >= rim && row < height - rim;
    for (let column = 0; column < width; column++) {
      if (inside && column === rim) column = width - rim;
      if (seen++ % stride === 0) {
        border[(seen - 1) / stride] = values[(row * width + column) * samples + channel];
      }
    }
  }
  return border;
}
