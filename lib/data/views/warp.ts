/** The views of a galaxy: one bilinear sample of the image per pixel (docs/augmentation.md §5). */
import {
  type Affine,
  CHANNELS,
  IMAGE_SIZE,
  VIEW_COUNT,
  VIEW_SIZE,
} from "../../galaxy/transforms.ts";

const PIXELS = VIEW_SIZE * VIEW_SIZE;
const ROW_BYTES = IMAGE_SIZE * CHANNELS;
const LAST = IMAGE_SIZE - 1;
const PERIOD = 2 * LAST;

/** Bytes of an image: rows × columns × RGB. */
export const IMAGE_BYTES = IMAGE_SIZE * ROW_BYTES;
/** Numbers of one view: (channel, row, column) = (3, 69, 69). */
const VIEW_FLOATS = CHANNELS * PIXELS;

/**
 * Writes the views of one image, values from 0 to 1, as (view, channel, row, column).
 * @param rgb the image, 424 × 424 × 3 bytes
 * @param maps one per view, from view to image positions; positions outside the image are mirrored
 * about its border pixels
 * @param colour added to red, green and blue, with the result clipped to [0, 1]; training only
 */
export function warpViews(
  rgb: Uint8Array,
  maps: readonly Affine[],
  target: Float32Array,
  offset: number,
  colour?: readonly [number, number, number],
) {
  maps.forEach((map, view) => {
    const start = offset + view * VIEW_FLOATS;
    if (staysInside(map)) warpInside(rgb, map, target, start);
    else warpAnywhere(rgb, map, target, start);
  });
  if (colour) shiftColours(target, offset, colour);
}

/** Whether every sample has its four neighbours in the image; a map is affine, so corners decide. */
function staysInside([a, b, c, d, e, f]: Affine): boolean {
  // A hair less than the last pixel leaves room for rounding between the corners.
  const inside = (position: number) => position >= 0 && position <= LAST - 1e-6;
  const end = VIEW_SIZE - 1;
  return [[0, 0], [end, 0], [0, end], [end, end]]
    .every(([x, y]) => inside(a * x + b * y + c) && inside(d * x + e * y + f));
}

function warpInside(rgb: Uint8Array, map: Affine, target: Float32Array, offset: number) {
  const [a, b, c, d, e, f] = map;
  let to = offset;
  for (let row = 0; row < VIEW_SIZE; row++) {
    const startX = b * row + c;
    const startY = e * row + f;
    for (let column = 0; column < VIEW_SIZE; column++, to++) {
      const x = a * column + startX;
      const y = d * column + startY;
      const left = x | 0;
      const top = y | 0;
      const right = x - left;
      const below = y - top;
      // Weights carry the division of bytes by 255.
      const w11 = right * below / 255;
      const w01 = right / 255 - w11;
      const w10 = below / 255 - w11;
      const w00 = (1 - right) / 255 - w10;
      const p = top * ROW_BYTES + left * CHANNELS;
      const q = p + ROW_BYTES;
      target[to] = w00 * rgb[p] + w01 * rgb[p + 3] + w10 * rgb[q] + w11 * rgb[q + 3];
      target[to + PIXELS] = w00 * rgb[p + 1] + w01 * rgb[p + 4] +
        w10 * rgb[q + 1] + w11 * rgb[q + 4];
      target[to + 2 * PIXELS] = w00 * rgb[p + 2] + w01 * rgb[p + 5] +
        w10 * rgb[q + 2] + w11 * rgb[q + 5];
    }
  }
}

function warpAnywhere(rgb: Uint8Array, map: Affine, target: Float32Array, offset: number) {
  const [a, b, c, d, e, f] = map;
  let to = offset;
  for (let row = 0; row < VIEW_SIZE; row++) {
    for (let column = 0; column < VIEW_SIZE; column++, to++) {
      const x = a * column + (b * row + c);
      const y = d * column + (e * row + f);
      const left = Math.floor(x);
      const top = Math.floor(y);
      const right = x - left;
      const below = y - top;
      const x0 = mirror(left) * CHANNELS;
      const x1 = mirror(left + 1) * CHANNELS;
      const y0 = mirror(top) * ROW_BYTES;
      const y1 = mirror(top + 1) * ROW_BYTES;
      for (let channel = 0; channel < CHANNELS; channel++) {
        const upper = (1 - right) * rgb[y0 + x0 + channel] + right * rgb[y0 + x1 + channel];
        const lower = (1 - right) * rgb[y1 + x0 + channel] + right * rgb[y1 + x1 + channel];
        target[to + channel * PIXELS] = ((1 - below) * upper + below * lower) / 255;
      }
    }
  }
}

/** Mirrors an index about the border pixels, which are not repeated: −1 → 1, 424 → 422. */
function mirror(index: number): number {
  const phase = ((index % PERIOD) + PERIOD) % PERIOD;
  return phase > LAST ? PERIOD - phase : phase;
}

function shiftColours(
  target: Float32Array,
  offset: number,
  colour: readonly [number, number, number],
) {
  for (let plane = 0; plane < VIEW_COUNT * CHANNELS; plane++) {
    const shift = colour[plane % CHANNELS];
    const start = offset + plane * PIXELS;
    for (let i = start; i < start + PIXELS; i++) {
      const value = target[i] + shift;
      target[i] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
  }
}
