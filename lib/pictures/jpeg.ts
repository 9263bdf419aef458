/** JPEG files as people have them: in colour or grey, turned as the camera was held. */
import { decodeRaw } from "../data/jpeg/codec.ts";
import { checkJpegData } from "../data/jpeg/damage.ts";
import { decodeJpeg } from "../data/jpeg/decode.ts";
import { readJpegHeader } from "../data/jpeg/header.ts";
import { JpegProblem, MARKER, readSegment } from "../data/jpeg/markers.ts";
import { UserError } from "../errors.ts";
import { exifOrientation, turnUpright } from "./orientation.ts";
import { greyToRgb, type Picture, requireSize } from "./picture.ts";

const APP1 = 0xe1;
const EXIF = "Exif\0\0";

/**
 * Decodes a JPEG file, sequential or progressive, after its header and all its codes were looked at.
 * @param name what the file is called in an error
 * @throws UserError when it is damaged, cut off, of another size than pictures have, or CMYK
 */
export async function decodeJpegPicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const { components, orientation } = checked(bytes, name);
  const notes: string[] = [];
  let image;
  if (components === 1) {
    image = decodeGrey(bytes, name);
    notes.push("greyscale");
  } else {
    const { width, height, rgb } = await decodeJpeg(bytes, name);
    image = { width, height, pixels: rgb };
  }
  if (orientation !== 1) notes.push(`turned upright (EXIF orientation ${orientation})`);
  return { ...turnUpright(image, orientation), kind: "JPEG", notes };
}

function checked(bytes: Uint8Array, name: string) {
  try {
    const header = readJpegHeader(bytes);
    const { width, height, components: { length: components } } = header;
    if (components === 4) {
      throw new UserError(
        `${name} is a CMYK picture, meant for printing: its colours on a screen are not known. ` +
          "Save it as RGB",
      );
    }
    // A height of 0 comes behind the lines (DNL), which the walk through the codes tells better.
    if (height > 0) requireSize(name, width, height);
    checkJpegData(bytes, header);
    return { components, orientation: orientationOf(bytes) };
  } catch (error) {
    throw error instanceof JpegProblem ? new UserError(`${name} ${error.message}`) : error;
  }
}

function decodeGrey(bytes: Uint8Array, name: string) {
  try {
    const { width, height, format, pixels } = decodeRaw(bytes);
    if (format === "grey") return { width, height, pixels: greyToRgb(pixels) };
  } catch {
    // The codec does not say why.
  }
  throw new UserError(`${name} cannot be decoded: it is of a rare kind. Save it again as a PNG`);
}

/** Of the first EXIF segment before the image. The header was read, so all segments are whole. */
function orientationOf(bytes: Uint8Array): number {
  for (let at = 2;;) {
    const { marker, content, end } = readSegment(bytes, at);
    if (marker === MARKER.SOS) return 1;
    if (marker === APP1 && new TextDecoder("latin1").decode(content.subarray(0, 6)) === EXIF) {
      return exifOrientation(content.subarray(6));
    }
    at = end;
  }
}
