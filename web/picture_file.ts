/** From a file to the 424 × 424 pixels that a network looks at. */
import "./dom.ts";
import { UserError } from "../lib/errors.ts";
import { decodePicture } from "../lib/pictures/decode.ts";
import { kindOfFile } from "../lib/pictures/kinds.ts";
import { type Picture, requireSize } from "../lib/pictures/picture.ts";
import { framed, type Seen } from "./framed.ts";

/**
 * Decodes a picture and frames it: JPEG, PNG and FITS by the same code as `classify`, so that the same
 * pixels are looked at; what else there is by the browser, if it can.
 * @throws UserError when it is damaged, no picture, tiny or huge
 */
export async function readPictureFile(file: Blob, name: string): Promise<Seen> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let unknown: UserError | undefined;
  try {
    kindOfFile(bytes, name);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    unknown = error;
  }
  return framed(
    unknown ? await decodedByBrowser(file, name, unknown) : await decodePicture(bytes, name),
    name,
  );
}

/** @throws what is known of the file, where the browser does not know it either */
async function decodedByBrowser(file: Blob, name: string, unknown: UserError): Promise<Picture> {
  // Colours as the file has them: the network has learned from such.
  const options = { colorSpaceConversion: "none" } as const;
  const bitmap = await createImageBitmap(file, options).catch(() => {
    throw unknown;
  });
  try {
    const { width, height } = bitmap;
    requireSize(name, width, height);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false })!;
    context.drawImage(bitmap, 0, 0);
    const pixels = withoutAlpha(context.getImageData(0, 0, width, height).data);
    return { width, height, pixels, kind: "PNG", notes: ["decoded by the browser"] };
  } finally {
    bitmap.close();
  }
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array(rgba.length / 4 * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from];
    rgb[to + 1] = rgba[from + 1];
    rgb[to + 2] = rgba[from + 2];
  }
  return rgb;
}
