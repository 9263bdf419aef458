/**
 * Any picture as the network expects it: 424 × 424 pixels, the galaxy in the middle and scaled as Galaxy
 * Zoo 2's cutouts were (docs/pictures.md §2).
 */
import { UserError } from "../errors.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { type Fit, fitGalaxy, type FrameMeasure } from "./fit.ts";
import type { Picture } from "./picture.ts";
import { type Place, resample } from "./resample.ts";
import { skyColour } from "./sky.ts";

/** How a picture is brought to a frame. */
export type How =
  /** Nothing is done; it has to be 424 × 424. */
  | { kind: "as it is" }
  /** The galaxy is looked for and measured, at last by `measure` (our own where it is left out). */
  | { kind: "fit"; measure?: FrameMeasure }
  /** The square of `size` pixels about column x and row y, from the centre of the first pixel. */
  | { kind: "crop"; x: number; y: number; size: number }
  /** The picture's own middle, scaled. */
  | { kind: "scale"; factor: number };

/** A picture as the network expects it. */
export interface Framed {
  /** 424 × 424 × 3 bytes, row by row from the top. */
  pixels: Uint8Array;
  /** What was done, for people. */
  told: string;
  /** Pixels of the frame that one of the picture became. */
  scale: number;
  /** What became the middle: column and row, from the centre of the picture's first pixel. */
  centre: { x: number; y: number };
  /** Share of the frame beyond the picture's edge, which shows the sky's median. */
  padded: number;
}

/** Pictures of Galaxy Zoo's size are taken as they are, others are fitted. */
export function usualHow({ width, height }: Picture): How {
  return width === IMAGE_SIZE && height === IMAGE_SIZE ? { kind: "as it is" } : { kind: "fit" };
}

/** Frames beyond these show a few pixels, or a dot. */
const [LEAST_SCALE, MOST_SCALE] = [1e-3, 100];

/**
 * Brings a picture to a frame.
 * @throws UserError when it is not of the size that `as it is` needs, or a part by hand is none of it
 */
export function framePicture(picture: Picture, how: How = usualHow(picture)): Framed {
  const { pixels, width, height } = picture;
  const middle = { x: (width - 1) / 2, y: (height - 1) / 2 };
  if (how.kind === "as it is") {
    if (width !== IMAGE_SIZE || height !== IMAGE_SIZE) {
      throw new UserError(
        `a picture of ${width}×${height} pixels cannot be taken as it is: the network looks at ` +
          `${IMAGE_SIZE}×${IMAGE_SIZE}. Let it be fitted`,
      );
    }
    return { pixels, told: "as it is", scale: 1, centre: middle, padded: 0 };
  }
  const sky = skyColour(pixels, width, height).map(({ median }) => median);
  const { place, told } = how.kind === "fit"
    ? fitted(fitGalaxy(pixels, width, height, sky, how.measure), middle, how.measure)
    : byHand(how, picture, middle);
  const { pixels: framed, padded } = resample(pixels, width, height, place, sky);
  const percent = Math.round(100 * padded);
  const edge = percent > 0 ? `; ${percent} % lie beyond its edge and show the sky's median` : "";
  const { x, y, scale } = place;
  return { pixels: framed, told: told + edge, scale, centre: { x, y }, padded };
}

function fitted(fit: Fit, middle: { x: number; y: number }, measure?: FrameMeasure) {
  const scaled = `scaled by ${short(fit.scale)}`;
  if (fit.radius === undefined) {
    return { place: fit, told: `no galaxy was found: its middle, ${scaled}` };
  }
  const by = measure ? ` (${measure.name})` : "";
  const centre = whereFrom(fit.x - middle.x, fit.y - middle.y);
  return { place: fit, told: `centre ${centre}, R90 ${short(fit.radius)} px${by}: ${scaled}` };
}

function byHand(
  how: Extract<How, { kind: "crop" | "scale" }>,
  { width, height }: Picture,
  middle: { x: number; y: number },
): { place: Place; told: string } {
  if (how.kind === "scale") {
    const { factor } = how;
    if (!(factor >= LEAST_SCALE && factor <= MOST_SCALE)) {
      throw new UserError(`a scale of ${factor} is not between ${LEAST_SCALE} and ${MOST_SCALE}`);
    }
    return { place: { ...middle, scale: factor }, told: `its middle, scaled by ${short(factor)}` };
  }
  const { x, y, size } = how;
  const scale = IMAGE_SIZE / size;
  if (!(scale >= LEAST_SCALE && scale <= MOST_SCALE)) {
    throw new UserError(
      `a part of ${size} pixels cannot be shown: at least ${
        Math.ceil(IMAGE_SIZE / MOST_SCALE)
      } and ` +
        `at most ${IMAGE_SIZE / LEAST_SCALE} are`,
    );
  }
  if (!(x >= 0 && x <= width - 1 && y >= 0 && y <= height - 1)) {
    throw new UserError(
      `the middle (${x}, ${y}) of the part to cut out is not in the picture: it has columns 0 to ` +
        `${width - 1} and rows 0 to ${height - 1}`,
    );
  }
  const told = `${size}×${size} pixels about (${x}, ${y}), scaled by ${short(scale)}`;
  return { place: { x, y, scale }, told };
}

/** As `3 px right of the middle and 5 px above it`. */
function whereFrom(right: number, below: number): string {
  const [across, down] = [Math.round(right), Math.round(below)];
  const words = [
    ...(across === 0 ? [] : [`${Math.abs(across)} px ${across > 0 ? "right of" : "left of"}`]),
    ...(down === 0 ? [] : [`${Math.abs(down)} px ${down > 0 ? "below" : "above"}`]),
  ];
  return words.length === 0 ? "in the middle" : `${words.join(" and ")} the middle`;
}

/** Three digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
