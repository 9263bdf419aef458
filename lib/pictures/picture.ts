/** Pictures as people have them, decoded to one form (docs/pictures.md §1). */
import { UserError } from "../errors.ts";

/** Kinds of files that are read. */
export type PictureKind = "JPEG" | "PNG" | "FITS";

/** Pixels of any picture, which `framePicture` brings to what the network expects. */
export interface Picture {
  /** Columns. */
  width: number;
  /** Rows. */
  height: number;
  /** height × width × 3 bytes (RGB), row by row from the top. */
  pixels: Uint8Array;
  /** What the file is. */
  kind: PictureKind;
  /** What was done to it on the way, for people: `greyscale`, `turned upright (EXIF 6)`, … */
  notes: string[];
}

/** A galaxy of fewer pixels has nothing to see. */
export const LEAST_SIDE = 32;
/** What a picture may have at most: 300 MB as RGB. */
export const MOST_PIXELS = 100e6;

/**
 * Asserts that a picture is neither tiny nor huge, before anything is decoded.
 * @throws UserError with the sizes
 */
export function requireSize(name: string, width: number, height: number) {
  if (Math.min(width, height) < LEAST_SIDE) {
    throw new UserError(
      `${name} is ${width}×${height} pixels, at least ${LEAST_SIDE}×${LEAST_SIDE} are needed to ` +
        "see a galaxy. Use a larger picture",
    );
  }
  if (width * height > MOST_PIXELS) {
    const megapixels = (Math.ceil(width * height / 1e4) / 100).toLocaleString("en");
    throw new UserError(
      `${name} is ${width}×${height} pixels, ${megapixels} megapixels, of which at most ` +
        `${MOST_PIXELS / 1e6} are read. Cut out the galaxy, or save the picture smaller`,
    );
  }
}

/** RGB of grey values. */
export function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(3 * grey.length);
  for (let from = 0, to = 0; from < grey.length; from++, to += 3) {
    rgb[to] = rgb[to + 1] = rgb[to + 2] = grey[from];
  }
  return rgb;
}
