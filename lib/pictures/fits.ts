/** FITS images as pictures: one band grey, three in colour, by an asinh stretch (docs/pictures.md §3). */
import { quoted, UserError } from "../errors.ts";
import { type Hdu, readHdus, readPlane } from "../formats/fits_read.ts";
import { orderOfPlanes, sdssWeights } from "./bands.ts";
import { type Picture, requireSize } from "./picture.ts";
import { stretch } from "./stretch.ts";
import { USUAL } from "./usual.ts";

/** Light in one band. */
export interface Band {
  width: number;
  height: number;
  /** Rows from the top; NaN where there is no value. */
  values: Float32Array;
  /** BUNIT, in small letters. */
  unit: string;
  notes: string[];
}

/**
 * Decodes an image of a FITS file: the first, or the one that is named.
 * @param choice number of a unit (0 is the first of the file) or its EXTNAME
 * @param name what the file is called in an error
 * @throws UserError when there is no such image, it cannot be read, or it has too few or many planes
 */
export function decodeFitsPicture(bytes: Uint8Array, name: string, choice?: string): Picture {
  const { hdu, notes } = chosen(bytes, name, choice);
  const planes = orderOfPlanes(hdu, name);
  if (planes.told) notes.push(planes.told);
  const bands = planes.order.map((plane) => bandOf(bytes, hdu, plane, name));
  if (hdu.bitpix === 8) return finished(bands, notes);
  return pictureOf(bands, notes, planes.names);
}

/** As `decodeFitsPicture`, for a file with one band. @throws also when it has several */
export function decodeBand(bytes: Uint8Array, name: string, choice?: string): Band {
  const { hdu, notes } = chosen(bytes, name, choice);
  const planes = hdu.axes[2] ?? 1;
  if (planes !== 1) {
    throw new UserError(`${name} has ${planes} planes, expected one band. Name it alone`);
  }
  const band = bandOf(bytes, hdu, 0, name);
  return { ...band, notes: [...notes, ...band.notes] };
}

/**
 * A picture of one band, or of three for red, green and blue.
 * @param names of the bands, where they are known
 */
export function pictureOf(
  bands: readonly Band[],
  before: readonly string[] = [],
  names?: readonly string[],
): Picture {
  const [{ width, height }] = bands;
  const notes = [...before, ...new Set(bands.flatMap((band) => band.notes))];
  const calibrated = bands.length === 3 && bands.every(({ unit }) => /^nanomagg(y|ies)/.test(unit));
  const weights = calibrated ? sdssWeights(names) : undefined;
  const values = bands.map((band) => band.values);
  const { pixels, told } = stretch(values, width, height, weights, usualColour());
  if (bands.length === 1) notes.push("one band: greyscale");
  else if (!calibrated) notes.push("bands without a common unit: given a usual galaxy's colour");
  notes.push(`asinh stretch, ${told}`);
  return { width, height, pixels, kind: "FITS", notes };
}

/** Red, green and blue light of a usual galaxy. */
function usualColour(): number[] {
  const [, red] = USUAL.red;
  const [, blue] = USUAL.blue;
  return [red, 1 - red - blue, blue];
}

/** Bytes are a picture already. */
function finished(bands: readonly Band[], before: readonly string[]): Picture {
  const [{ width, height }] = bands;
  const pixels = new Uint8Array(3 * width * height);
  for (let k = 0; k < 3; k++) {
    const { values } = bands[bands.length === 1 ? 0 : k];
    for (let pixel = 0; pixel < values.length; pixel++) pixels[3 * pixel + k] = values[pixel] || 0;
  }
  return { width, height, pixels, kind: "FITS", notes: [...before, "bytes, shown as they are"] };
}

function chosen(bytes: Uint8Array, name: string, choice: string | undefined) {
  const hdus = readHdus(bytes, name);
  const notes: string[] = [];
  const hdu = choice === undefined
    ? hdus.find(({ kind }) => kind === "image" || kind === "compressed image")
    : hdus.find((one) => String(one.index) === choice || sameName(one.name, choice));
  const listed = `it has ${hdus.map(inWords).join(", ")}`;
  if (!hdu) {
    const what = choice === undefined ? "holds no image" : `has no unit ${quoted(choice)}`;
    throw new UserError(`${name} ${what}: ${listed}`);
  }
  if (hdu.kind === "compressed image") {
    throw new UserError(
      `${name} is compressed by fpack (${inWords(hdu)}). Unpack it first: funpack ${name}`,
    );
  }
  if (hdu.kind !== "image") {
    throw new UserError(`${name}: ${inWords(hdu)} is no image; ${listed}`);
  }
  const images = hdus.filter(({ kind }) => kind === "image" || kind === "compressed image");
  if (images.length > 1) notes.push(`${inWords(hdu)} of ${images.length} images in the file`);
  const [width, height] = hdu.axes;
  requireSize(name, width, height);
  return { hdu, notes };
}

const sameName = (name: string | undefined, choice: string) =>
  name?.toLowerCase() === choice.toLowerCase();

/** As `image 2 "SCI" (2048×1489)`. */
function inWords({ index, kind, name, axes }: Hdu): string {
  const label = name === undefined ? "" : ` ${quoted(name)}`;
  const size = kind.endsWith("image") ? ` (${axes.join("×")})` : "";
  return `${kind === "empty" ? "an empty unit" : kind} [${index}]${label}${size}`;
}

/** One plane, its rows from the top: FITS counts them from the bottom. */
function bandOf(bytes: Uint8Array, hdu: Hdu, plane: number, name: string): Band {
  const [width, height] = hdu.axes;
  const fromBottom = readPlane(bytes, hdu, plane, name);
  const values = new Float32Array(fromBottom.length);
  for (let row = 0; row < height; row++) {
    const from = (height - 1 - row) * width;
    values.set(fromBottom.subarray(from, from + width), row * width);
  }
  const missing = values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0);
  if (missing === values.length) {
    throw new UserError(`${name} has no values in its image: all of its pixels are NaN or BLANK`);
  }
  const share = Number((100 * missing / values.length).toPrecision(2));
  const notes = missing > 0 ? [`${missing} pixels (${share} %) without a value shown as sky`] : [];
  return { width, height, values, unit: String(hdu.cards.get("BUNIT") ?? "").toLowerCase(), notes };
}
