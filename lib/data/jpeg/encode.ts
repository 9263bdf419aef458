/** Pixels to JPEG files. */
import { encodeRaw } from "./codec.ts";

/**
 * Encodes a picture as a JPEG file.
 * @param pixels height × width × 3 (RGB) or 4 (RGBA, A is ignored) bytes, row by row
 * @param quality 1 … 100
 * @throws RangeError when the number of bytes fits neither
 */
export function encodeJpeg(
  pixels: Uint8Array,
  width: number,
  height: number,
  quality: number,
): Promise<Uint8Array> {
  return new Promise((resolve) => {
    resolve(encodeRaw(toRgba(pixels, width * height), width, height, quality));
  });
}

function toRgba(pixels: Uint8Array, count: number): Uint8Array {
  if (pixels.length === 4 * count) return pixels;
  if (pixels.length !== 3 * count) {
    throw new RangeError(
      `${pixels.length} bytes are neither 3 nor 4 for each of ${count} pixels`,
    );
  }
  const rgba = new Uint8Array(4 * count).fill(255);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    rgba[to] = pixels[from];
    rgba[to + 1] = pixels[from + 1];
    rgba[to + 2] = pixels[from + 2];
  }
  return rgba;
}
