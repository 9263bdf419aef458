/** FITS files, the astronomers' images: just enough to hand one to Source Extractor. */
import { bytesOf } from "../files/atomic.ts";

/** Header and data are padded to multiples of this. */
const BLOCK = 2880;
const CARD = 80;

/**
 * The bytes of a FITS file with one float32 image: a header of 80-column cards, then the pixels,
 * big endian (FITS standard 4.0, sections 3.3 and 4.1).
 * @param pixels `height` rows of `width` numbers
 * @throws RangeError when they are more or fewer
 */
export function encodeFits(pixels: Float32Array, width: number, height: number): Uint8Array {
  if (pixels.length !== width * height) {
    throw new RangeError(`${pixels.length} pixels do not make ${width}×${height}`);
  }
  const values = { SIMPLE: "T", BITPIX: -32, NAXIS: 2, NAXIS1: width, NAXIS2: height };
  const cards = Object.entries(values).map(([key, value]) =>
    `${key.padEnd(8)}= ${String(value).padStart(20)}`
  );
  const header = [...cards, "END"].map((card) => card.padEnd(CARD)).join("");
  const start = Math.ceil(header.length / BLOCK) * BLOCK;
  const file = new Uint8Array(start + Math.ceil(pixels.byteLength / BLOCK) * BLOCK);
  file.set(new TextEncoder().encode(header.padEnd(start)));
  file.set(bytesOf(pixels), start);
  // Swapping bytes in place is several times faster than DataView.setFloat32.
  for (let at = start; at < start + pixels.byteLength; at += 4) {
    const [a, b] = [file[at], file[at + 1]];
    file[at] = file[at + 3];
    file[at + 1] = file[at + 2];
    file[at + 2] = b;
    file[at + 3] = a;
  }
  return file;
}
