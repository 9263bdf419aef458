/** Where the galaxy of any picture is and how large, for `framePicture` (docs/pictures.md §4). */
import { IMAGE_CENTRE, IMAGE_SIZE } from "../galaxy/transforms.ts";
import { measureGalaxy } from "./measure.ts";
import { LEAST_SIDE } from "./picture.ts";
import { type Place, resample } from "./resample.ts";

/** Galaxy Zoo 2 scaled its cutouts so that petroR90 spans so many of their 424 pixels. */
export const FRAME_RADIUS = 50;

/** What measures a galaxy that is about in the middle of a frame and about of the right size. */
export interface FrameMeasure {
  /** As `Source Extractor`. */
  name: string;
  /**
   * Centre and R90 in pixels of the frame, counted from the centre of the first; undefined where
   * there is no galaxy.
   * @param pixels 424 × 424 × 3 bytes
   */
  measure(pixels: Uint8Array): { x: number; y: number; radius: number } | undefined;
}

export const OWN_MEASURE: FrameMeasure = {
  name: "own measure",
  measure: (pixels) => measureGalaxy(pixels, IMAGE_SIZE, IMAGE_SIZE),
};

export interface Fit extends Place {
  /** R90 in pixels of the picture; undefined where nothing was found. */
  radius: number | undefined;
}

/** In a whole picture, the galaxy may be farther from the middle than in a cutout. */
const NEAR = 0.2;
/** The picture spans no fewer pixels of the frame than this, whatever the size that was measured. */
const LEAST_SPAN = 100;
/** Measuring again in the frame stops when the size changes by less, or after so many times. */
const STEADY = 0.1;
const MOST_TIMES = 3;

/**
 * Finds the galaxy in the whole picture, then measures it again in the frame that follows, where all
 * galaxies have one size, until the frame stays as it is.
 * @param pixels height × width × 3 bytes
 * @param last measures last, in the frame that our own measure found
 */
export function fitGalaxy(
  pixels: Uint8Array,
  width: number,
  height: number,
  sky: readonly number[],
  last: FrameMeasure = OWN_MEASURE,
): Fit {
  const [least, most] = [LEAST_SPAN / Math.max(width, height), IMAGE_SIZE / LEAST_SIDE];
  const found = measureGalaxy(pixels, width, height, NEAR);
  if (!found) {
    const scale = IMAGE_SIZE / Math.min(width, height);
    return { x: (width - 1) / 2, y: (height - 1) / 2, scale, radius: undefined };
  }
  const limited = (scale: number) => Math.min(most, Math.max(least, scale));
  let place: Fit = { ...found, scale: limited(FRAME_RADIUS / found.radius) };
  const refine = ({ measure }: FrameMeasure): boolean => {
    const frame = resample(pixels, width, height, place, sky);
    const again = measure(frame.pixels);
    if (!again) return true;
    const scale = limited(place.scale * FRAME_RADIUS / again.radius);
    const steady = Math.abs(Math.log(scale / place.scale)) < STEADY;
    place = {
      x: place.x + (again.x - IMAGE_CENTRE) / place.scale,
      y: place.y + (again.y - IMAGE_CENTRE) / place.scale,
      scale,
      radius: again.radius / place.scale,
    };
    return steady;
  };
  for (let time = 0; time < MOST_TIMES && !refine(OWN_MEASURE); time++);
  if (last !== OWN_MEASURE) refine(last);
  return place;
}
