/** A picture in its frame, or why it has none. */
import { looksOf, viewsOf } from "../library/pixels.ts";
import { messageOf, UserError } from "../errors.ts";
import { fileError } from "../files/explain.ts";
import { describePicture } from "../pictures/describe.ts";
import type { FrameMeasure } from "../pictures/fit.ts";
import { framePicture, type How, usualHow } from "../pictures/frame.ts";
import type { Picture } from "../pictures/picture.ts";
import { readBands, readPicture } from "../pictures/read.ts";
import { sourceExtractor } from "../pictures/source_extractor.ts";
import { unusual } from "../pictures/unusual.ts";
import type { Failure } from "./inputs.ts";

/** A picture to be looked at. */
export interface Item {
  readonly path: string;
  /** Where the picture is three FITS files, the other two: those shown green and blue. */
  readonly others?: readonly [green: string, blue: string] | undefined;
}

/** A picture in its frame. */
export interface Seen {
  readonly path: string;
  /** 424 × 424 × 3 bytes, row by row from the top. */
  readonly pixels: Uint8Array;
  /** Its views (looks, 2, 3, 69, 69). */
  readonly views: Float32Array;
  /** What was done to the picture. */
  readonly told: string;
  /** Why it is unlike those that the network was trained on; empty where it is not. */
  readonly unusual: readonly string[];
}

/** What is done to every picture. */
export interface Treatment {
  /** By each picture's size where it is left out. */
  readonly how: How | undefined;
  /** How many transforms a picture is classified through. */
  readonly transforms: 60 | 1;
}

/**
 * Reads a picture, frames and describes it.
 * @param measure the last one of a fit, if it is not our own
 * @returns a sentence instead where that cannot be, whatever the reason: the others go on
 */
export async function see(
  item: Item,
  { how, transforms }: Treatment,
  measure?: FrameMeasure,
): Promise<Seen | Failure> {
  const { path } = item;
  try {
    const picture = await pictureOf(item);
    const wanted = how ?? usualHow(picture);
    const { pixels, told } = framePicture(
      picture,
      wanted.kind === "fit" && measure ? { ...wanted, measure } : wanted,
    );
    return {
      path,
      pixels,
      views: viewsOf(pixels, looksOf(transforms), undefined),
      told: [...picture.notes, told].join("; "),
      unusual: unusual(describePicture({ pixels })),
    };
  } catch (error) {
    return { path, why: reasonOf(error, path) };
  }
}

function pictureOf({ path, others }: Item): Promise<Picture> {
  return others ? readBands([path, ...others]) : readPicture(path);
}

/**
 * Source Extractor as the last measure, in a folder of its own, which is made.
 * @throws UserError when it is not installed, or the folder cannot be made
 */
export async function measureIn(folder: string): Promise<FrameMeasure> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError(error, folder, "made");
  }
  return await sourceExtractor(folder);
}

/** What else fails than reading is a mistake of ours, but one picture's: it ends nothing. */
function reasonOf(error: unknown, path: string): string {
  return error instanceof UserError
    ? error.message
    : error instanceof RangeError && /alloc/i.test(error.message)
    ? `${path} needs more memory than there is. Cut out the galaxy, or save the picture smaller`
    : `${path} cannot be read, please report it: ${messageOf(error)}`;
}
