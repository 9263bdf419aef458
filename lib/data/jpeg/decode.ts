/** JPEG files to pixels. */
import { UserError } from "../../errors.ts";
import { decodeRaw, type RawImage } from "./codec.ts";
import { headerProblem, type JpegHeader, readJpegHeader } from "./header.ts";
import { JpegProblem } from "./markers.ts";

/** Pixels of a file. */
export interface Picture {
  /** Columns. */
  width: number;
  /** Rows. */
  height: number;
  /** height × width × 3 bytes, row by row */
  rgb: Uint8Array;
}

/** What is known of a file. */
export interface DecodeOptions {
  /** Its width and height in pixels, where they are known. */
  size?: number;
}

/** Adobe's marker APP14 with a transform, which says how three components are meant. */
const ADOBE = [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0];
const TRANSFORM = { RGB: 0, YCbCr: 1 } as const;

/**
 * Decodes a JPEG file. It is a promise so that another codec may take this one's place. The header
 * decides whether it is decoded at all; damage in what follows is seen by `imageProblem` only.
 * @param name what the file is called in an error
 * @throws UserError when it is not a JPEG, of another size, cannot be decoded, or has no colours
 */
export function decodeJpeg(
  bytes: Uint8Array,
  name: string,
  options: DecodeOptions = {},
): Promise<Picture> {
  return new Promise((resolve) => resolve(decode(bytes, name, options)));
}

function decode(bytes: Uint8Array, name: string, { size }: DecodeOptions): Picture {
  const header = headerOf(bytes, name);
  const problem = headerProblem(header, size);
  if (problem) throw new UserError(`${name} ${problem}`);
  let image: RawImage | undefined;
  try {
    image = decodeRaw(withColours(bytes, header));
  } catch {
    // The codec does not say why.
  }
  const { width, height } = header;
  if (image?.format !== "RGB" || image.width !== width || image.height !== height) {
    throw new UserError(
      `${name} cannot be decoded: its ${bytes.length} bytes are damaged, or of a rare kind. ` +
        "Fetch it again, or save it again as an ordinary JPEG",
    );
  }
  return { width, height, rgb: image.pixels };
}

function headerOf(bytes: Uint8Array, name: string): JpegHeader {
  try {
    return readJpegHeader(bytes);
  } catch (error) {
    throw error instanceof JpegProblem ? new UserError(`${name} ${error.message}`) : error;
  }
}

/**
 * The file with what makes the codec take its components as libjpeg does: the codec believes
 * Adobe's marker before JFIF's, and does not look at the components' names.
 */
function withColours(bytes: Uint8Array, { colours, adobe }: JpegHeader): Uint8Array {
  const transform = TRANSFORM[colours];
  if (adobe.length === 0) {
    if (colours === "YCbCr") return bytes;
    const changed = new Uint8Array(bytes.length + ADOBE.length + 1);
    changed.set(bytes.subarray(0, 2)); // the start marker
    changed.set([...ADOBE, transform], 2);
    changed.set(bytes.subarray(2), 2 + ADOBE.length + 1);
    return changed;
  }
  if (adobe.every((at) => bytes[at] === transform)) return bytes;
  const changed = bytes.slice();
  for (const at of adobe) changed[at] = transform;
  return changed;
}
