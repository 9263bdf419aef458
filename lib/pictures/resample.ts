/** A square part of a picture on 424 × 424 pixels: averaged where it shrinks, bicubic where it grows. */
import { IMAGE_SIZE } from "../galaxy/transforms.ts";

/** Which part: what becomes the middle of the frame, and how many of its pixels one becomes. */
export interface Place {
  /** Column and row, from the centre of the first pixel. */
  x: number;
  y: number;
  scale: number;
}

/** Where the pixels of a row or column of the frame come from. */
interface Taps {
  /** For each pixel of the frame: the first pixel of the picture. */
  first: Int32Array;
  /** For each pixel of the frame, `most` weights, those within the picture. */
  weights: Float64Array;
  most: number;
  /** Sum of the weights: below 1 where a part lies beyond the edge. */
  inside: Float64Array;
}

export interface Resampled {
  /** 424 × 424 × 3 bytes */
  pixels: Uint8Array;
  /** Share that lies beyond the picture's edge. */
  padded: number;
}

/**
 * Cuts out and scales.
 * @param pixels height × width × 3 bytes
 * @param sky what lies beyond the edge: red, green and blue
 */
export function resample(
  pixels: Uint8Array,
  width: number,
  height: number,
  { x, y, scale }: Place,
  sky: readonly number[],
): Resampled {
  const across = tapsOf(x, scale, width);
  const down = tapsOf(y, scale, height);
  const { first, weights, most, inside } = down;
  const [top, bottom] = rangeOf(down, height);
  const rows = squeezed(pixels, width, top, bottom, across, sky);
  const target = new Uint8ClampedArray(IMAGE_SIZE * IMAGE_SIZE * 3);
  const row = new Float64Array(IMAGE_SIZE * 3);
  for (let v = 0; v < IMAGE_SIZE; v++) {
    const [red, green, blue] = sky.map((level) => (1 - inside[v]) * level);
    for (let k = 0; k < row.length; k += 3) {
      row[k] = red;
      row[k + 1] = green;
      row[k + 2] = blue;
    }
    for (let tap = 0; tap < most; tap++) {
      const weight = weights[v * most + tap];
      if (weight === 0) continue;
      const from = (first[v] + tap - top) * row.length;
      for (let k = 0; k < row.length; k++) row[k] += weight * rows[from + k];
    }
    target.set(row, v * row.length);
  }
  return { pixels: new Uint8Array(target.buffer), padded: 1 - mean(across.inside) * mean(inside) };
}

/** Rows `top` … `bottom` − 1 of the picture, on 424 columns. */
function squeezed(
  pixels: Uint8Array,
  width: number,
  top: number,
  bottom: number,
  { first, weights, most, inside }: Taps,
  [skyRed, skyGreen, skyBlue]: readonly number[],
): Float32Array {
  const rows = new Float32Array(Math.max(0, bottom - top) * IMAGE_SIZE * 3);
  let to = 0;
  for (let y = top; y < bottom; y++) {
    for (let u = 0; u < IMAGE_SIZE; u++, to += 3) {
      const beyond = 1 - inside[u];
      let red = beyond * skyRed;
      let green = beyond * skyGreen;
      let blue = beyond * skyBlue;
      let from = 3 * (y * width + first[u]);
      for (let tap = 0; tap < most; tap++, from += 3) {
        const weight = weights[u * most + tap];
        if (weight === 0) continue;
        red += weight * pixels[from];
        green += weight * pixels[from + 1];
        blue += weight * pixels[from + 2];
      }
      rows[to] = red;
      rows[to + 1] = green;
      rows[to + 2] = blue;
    }
  }
  return rows;
}

/** @param centre what becomes the middle @param length pixels that there are */
function tapsOf(centre: number, scale: number, length: number): Taps {
  const most = scale < 1 ? Math.ceil(1 / scale) + 1 : 4;
  const first = new Int32Array(IMAGE_SIZE);
  const weights = new Float64Array(IMAGE_SIZE * most);
  const inside = new Float64Array(IMAGE_SIZE);
  for (let u = 0; u < IMAGE_SIZE; u++) {
    const place = centre + (u - (IMAGE_SIZE - 1) / 2) / scale;
    const start = scale < 1 ? Math.round(place - 0.5 / scale) : Math.floor(place) - 1;
    first[u] = start;
    for (let tap = 0; tap < most; tap++) {
      const at = start + tap;
      if (at < 0 || at >= length) continue;
      const weight = scale < 1 ? overlap(at - place, scale) : cubic(at - place);
      weights[u * most + tap] = weight;
      inside[u] += weight;
    }
  }
  return { first, weights, most, inside };
}

/** Share of a frame's pixel, 1/scale wide, that a pixel at a distance covers. */
function overlap(distance: number, scale: number): number {
  const half = 0.5 / scale;
  const low = Math.max(distance - 0.5, -half);
  const high = Math.min(distance + 0.5, half);
  return Math.max(0, high - low) * scale;
}

/** Catmull and Rom's cubic: it goes through the pixels and keeps stars sharp. */
function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d < 1) return 1 + d * d * (1.5 * d - 2.5);
  if (d < 2) return 2 - d * (4 - d * (2.5 - 0.5 * d));
  return 0;
}

/** First row that is needed, and the one after the last. */
function rangeOf({ first, weights, most }: Taps, length: number): [number, number] {
  let [low, high] = [length, 0];
  for (let k = 0; k < weights.length; k++) {
    if (weights[k] === 0) continue;
    const at = first[Math.floor(k / most)] + k % most;
    low = Math.min(low, at);
    high = Math.max(high, at + 1);
  }
  return [low, high];
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.min(1, Math.max(0, value)), 0) / values.length;
}
