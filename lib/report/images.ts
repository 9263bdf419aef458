/** Pictures inside a page, as data URIs. */
import { encode } from "imagescript/png";
import { encodeJpeg } from "../data/jpeg/encode.ts";

/** A JPEG file as it is. */
export function jpegUri(jpeg: Uint8Array): string {
  return uri("image/jpeg", jpeg);
}

/** A PNG of planes of red, green and blue: (3, height, width), 0 … 1; values beyond are cut off. */
export function planesUri(rgb: Float32Array, width: number, height: number): string {
  const count = width * height;
  const pixels = new Uint8Array(3 * count);
  for (let pixel = 0; pixel < count; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = Math.min(1, Math.max(0, rgb[channel * count + pixel]));
      pixels[3 * pixel + channel] = Math.round(255 * value);
    }
  }
  return uri("image/png", encode(pixels, { width, height, channels: 3, level: 6 }));
}

/** A PNG of (height, width, 4) bytes. */
export function rgbaUri(rgba: Uint8ClampedArray, width: number, height: number): string {
  return uri("image/png", encode(rgba, { width, height, channels: 4, level: 6 }));
}

/** A JPEG of size × size × 3 bytes. */
export async function pixelsUri(pixels: Uint8Array, size: number): Promise<string> {
  return jpegUri(await encodeJpeg(pixels, size, size, 85));
}

/** A filter (3, size, size) as a PNG: grey is 0, and its own largest weight is full strength. */
export function filterUri(weights: Float32Array, size: number): string {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) || 1;
  return planesUri(weights.map((weight) => 0.5 + 0.5 * weight / largest), size, size);
}

function uri(type: string, bytes: Uint8Array): string {
  return `data:${type};base64,${bytes.toBase64()}`;
}
