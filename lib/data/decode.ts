/** JPEG files to pixels. */
import { UserError } from "../errors.ts";
import { decodeRaw, type RawImage } from "./jpeg_codec.ts";

export interface Picture {
  width: number;
  height: number;
  /** height × width × 3 bytes, row by row */
  rgb: Uint8Array;
}

/**
 * Decodes a JPEG file. It is a promise so that another codec may take this one's place.
 * @param name what the file is called in an error
 * @throws UserError when it is not a JPEG, is damaged, or has no red, green and blue
 */
export function decodeJpeg(bytes: Uint8Array, name: string): Promise<Picture> {
  return new Promise((resolve) => resolve(decode(bytes, name)));
}

function decode(bytes: Uint8Array, name: string): Picture {
  let image: RawImage;
  try {
    image = decodeRaw(bytes);
  } catch {
    throw new UserError(
      `${name} cannot be decoded: its ${bytes.length} bytes are not a whole JPEG image. ` +
        `Fetch the file again`,
    );
  }
  if (image.format !== "RGB") {
    throw new UserError(`${name} is a ${image.format} image, expected RGB. Save it in colour`);
  }
  return { width: image.width, height: image.height, rgb: image.pixels };
}
