/** Bytes of any picture that is read, to pixels. Needs no file system, so it works in browsers. */
import { UserError } from "../errors.ts";
import { decodeFitsPicture } from "./fits.ts";
import { inflate, InflateProblem } from "./inflate.ts";
import { decodeJpegPicture } from "./jpeg.ts";
import { kindOfFile } from "./kinds.ts";
import { MOST_PIXELS, type Picture, type PictureKind } from "./picture.ts";
import { decodePngPicture } from "./png.ts";

/** A FITS file of one float64 plane of the largest size there may be, and its headers. */
const MOST_FITS_BYTES = 8 * MOST_PIXELS + 1e7;

/** Endings that promise something. */
const ENDINGS: Readonly<Record<string, PictureKind>> = {
  jpg: "JPEG",
  jpeg: "JPEG",
  png: "PNG",
  fits: "FITS",
  fit: "FITS",
  fts: "FITS",
};

/**
 * Decodes a picture, whatever its name says it is.
 * @param name what it is called in an error
 * @param choice the image of a FITS file, see `decodeFitsPicture`
 * @throws UserError when it cannot be read: docs/pictures.md §1 lists why
 */
export async function decodePicture(
  bytes: Uint8Array,
  name: string,
  choice?: string,
): Promise<Picture> {
  const picture = await decoded(bytes, name, choice);
  const ending = name.replace(/\.gz$/i, "").split(".").at(-1)!.toLowerCase();
  const promised = ENDINGS[ending];
  if (promised && promised !== picture.kind) {
    picture.notes.unshift(`its name says ${promised}, it is ${picture.kind}`);
  }
  return picture;
}

async function decoded(bytes: Uint8Array, name: string, choice?: string): Promise<Picture> {
  const plain = await unpackedFits(bytes, name);
  if (plain) return decodeFitsPicture(plain, name, choice);
  const kind = kindOfFile(bytes, name);
  if (choice !== undefined) {
    throw new UserError(`${name} is a ${kind}: only a FITS file has units to choose from`);
  }
  return kind === "JPEG"
    ? await decodeJpegPicture(bytes, name)
    : await decodePngPicture(bytes, name);
}

/**
 * The bytes of a FITS file, unpacked where it is packed with gzip; undefined for another picture.
 * @throws UserError when it is damaged, or no picture
 */
export async function unpackedFits(
  bytes: Uint8Array,
  name: string,
): Promise<Uint8Array | undefined> {
  const kind = kindOfFile(bytes, name);
  if (kind === "FITS") return bytes;
  if (kind !== "gzip") return undefined;
  try {
    const plain = await inflate(bytes, "gzip", MOST_FITS_BYTES);
    if (kindOfFile(plain, `${name}, unpacked,`) === "FITS") return plain;
    throw new UserError(`${name} holds a picture packed with gzip. Unpack it first`);
  } catch (error) {
    if (!(error instanceof InflateProblem)) throw error;
    throw new UserError(
      error.reason === "damaged"
        ? `${name} is damaged: it cannot be unpacked. Fetch it again`
        : `${name} unpacks to more than ${
          MOST_FITS_BYTES.toLocaleString("en")
        } bytes. Cut out the galaxy`,
    );
  }
}
