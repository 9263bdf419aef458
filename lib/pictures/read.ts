/** Pictures of files that people name. All that is done to the bytes is in `decode.ts`. */
import { UserError } from "../errors.ts";
import { exists, readFile } from "../files/read.ts";
import { decodePicture, unpackedFits } from "./decode.ts";
import { type Band, decodeBand, pictureOf } from "./fits.ts";
import type { Picture } from "./picture.ts";

/** What bytes without a name are called in an error. */
const UNNAMED = "the picture";
/** Bands, as those that astronomers use them: infrared shown red. */
const CHANNELS = ["red", "green", "blue"];

/**
 * Reads a picture: a JPEG, a PNG or a FITS file, whatever it is called. `galaxy.fits[2]` and
 * `galaxy.fits[SCI]` name one image of a FITS file.
 * @throws UserError with a sentence that begins with the name, when it cannot be read
 */
export async function readPicture(source: string | Uint8Array): Promise<Picture> {
  if (source instanceof Uint8Array) return await decodePicture(source, UNNAMED);
  const { path, choice } = await parts(source);
  return await decodePicture(await readFile(path), path, choice);
}

/**
 * Reads a picture from three FITS files, one band each, as i, r and g: red, green and blue.
 * @throws UserError when one cannot be read, is no FITS file, or they differ in size
 */
export async function readBands(paths: readonly [string, string, string]): Promise<Picture> {
  const bands: Band[] = [];
  for (const source of paths) {
    const { path, choice } = await parts(source);
    const bytes = await unpackedFits(await readFile(path), path);
    if (!bytes) throw new UserError(`${path} is no FITS file: bands are read from FITS only`);
    const band = decodeBand(bytes, path, choice);
    const [first] = bands;
    if (first && (first.width !== band.width || first.height !== band.height)) {
      throw new UserError(
        `${path} is ${band.width}×${band.height} pixels, ${paths[0]} ${first.width}×` +
          `${first.height}: bands have to show the same part of the sky`,
      );
    }
    bands.push(band);
  }
  return pictureOf(bands, [paths.map((path, k) => `${CHANNELS[k]}: ${path}`).join(", ")]);
}

/** `path[choice]` apart, unless there is a file of the whole name. */
async function parts(source: string): Promise<{ path: string; choice?: string }> {
  const found = /^(.+)\[([^[\]]+)\]$/.exec(source);
  if (!found || await exists(source)) return { path: source };
  return { path: found[1], choice: found[2] };
}
