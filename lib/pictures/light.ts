/** A picture's brightness on fewer pixels, on which objects are looked for. */

/** A plane of numbers, row by row. */
export interface Plane {
  width: number;
  height: number;
  values: Float32Array;
}

export interface Light extends Plane {
  /** A pixel is the mean of `step` × `step` of the picture. */
  step: number;
}

/** The longer side gets no longer than this: enough to see a galaxy's size. */
const LONGEST = 256;
/** Green counts twice, as on a camera's sensor. */
const WEIGHTS = [0.25, 0.5, 0.25];

/**
 * Brightness of a picture, 0 … 255, in blocks of whole pixels; what is left over at the right and
 * below is not looked at.
 * @param pixels height × width × 3 bytes
 */
export function lightOfPicture(pixels: Uint8Array, width: number, height: number): Light {
  const step = Math.max(1, Math.ceil(Math.max(width, height) / LONGEST));
  const [columns, rows] = [Math.floor(width / step), Math.floor(height / step)];
  const [red, green, blue] = WEIGHTS.map((weight) => weight / (step * step));
  const values = new Float32Array(columns * rows);
  for (let y = 0; y < rows * step; y++) {
    const start = Math.floor(y / step) * columns;
    let from = 3 * y * width;
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let k = 0; k < step; k++, from += 3) {
        sum += red * pixels[from] + green * pixels[from + 1] + blue * pixels[from + 2];
      }
      values[start + column] += sum;
    }
  }
  return { width: columns, height: rows, values, step };
}

/** Where a place of the light is in the picture: both count from the centre of the first pixel. */
export function inPicture(place: number, step: number): number {
  return place * step + (step - 1) / 2;
}

/** Weighs 3 × 3 neighbours by 1 2 1 along both sides; the border goes on outside. */
export function smoothed({ width, height, values }: Plane): Float32Array {
  const rows = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    const last = start + width - 1;
    for (let at = start; at <= last; at++) {
      const before = values[at === start ? at : at - 1];
      const after = values[at === last ? at : at + 1];
      rows[at] = 0.25 * (before + after) + 0.5 * values[at];
    }
  }
  const result = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const above = y === 0 ? 0 : -width;
    const below = y === height - 1 ? 0 : width;
    for (let at = y * width; at < (y + 1) * width; at++) {
      result[at] = 0.25 * (rows[at + above] + rows[at + below]) + 0.5 * rows[at];
    }
  }
  return result;
}
