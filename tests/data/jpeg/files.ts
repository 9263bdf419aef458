/**
 * JPEGs of one synthetic picture, 72 × 72 pixels, in the codings there are. All but two are libjpeg's
 * (cjpeg of libjpeg-turbo 2.1.5), and `djpeg -strict` shows them without a warning.
 */

/** Sequential; 2 × 2 pixels share their colours. */
export const BASELINE = "baseline";
/** What decodes to the picture. */
export const GOOD = [
  BASELINE,
  "optimized", // tables of its own; a colour for each pixel
  "restarts", // -restart 2B; 2 × 1 pixels share their colours
  "wide", // 4 × 1 pixels do
  "apart", // a scan for each component
  "progressive",
  "progressive_restarts", // -restart 3B; scans that libjpeg does not choose itself
  "rgb", // red, green and blue, and Adobe's marker
  "padded", // jpeg-js 0.4.4, which adds a byte of ones
] as const;
/** What does not: arithmetic coding, and two that are not in three colours (cmyk is Pillow's). */
export type JpegName = typeof GOOD[number] | "arithmetic" | "grey" | "cmyk";

export const SIZE = 72;

export function jpegFile(name: JpegName): Uint8Array {
  return Deno.readFileSync(new URL(`files/${name}.jpg`, import.meta.url));
}

/** Where the codes of the first scan begin. */
export function firstScan(bytes: Uint8Array): number {
  let at = 2;
  for (;;) {
    const marker = bytes[at + 1];
    at += 2 + (bytes[at + 2] << 8 | bytes[at + 3]);
    if (marker === 0xda) return at;
  }
}

/** The segment of a marker, with the marker; throws where there is none before the first scan. */
export function segment(bytes: Uint8Array, marker: number): { start: number; end: number } {
  for (let start = 2; start < firstScan(bytes);) {
    const end = start + 2 + (bytes[start + 2] << 8 | bytes[start + 3]);
    if (bytes[start + 1] === marker) return { start, end };
    start = end;
  }
  throw new RangeError(`no marker ${marker.toString(16)}`);
}
