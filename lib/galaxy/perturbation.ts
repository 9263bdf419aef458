/** How a training galaxy is varied at random (docs/augmentation.md §6 and §7). */
import type { Random } from "../random.ts";
import type { Augmentation } from "./transforms.ts";

/** Largest shift along each axis, in pixels of the image. */
export const MAX_SHIFT = 4;
/** Zooms lie between 1 / MAX_ZOOM and MAX_ZOOM. */
export const MAX_ZOOM = 1.3;
/** Deviation of the strength of the colour change. */
export const COLOUR_DEVIATION = 0.5;
/** What a strength of 1 adds to red, green and blue; the scale of the variation is inside. */
export const COLOUR_DIRECTION: readonly [number, number, number] = [
  -0.0148366,
  -0.01253134,
  -0.01040762,
];

export interface Perturbation extends Augmentation {
  /** Strength of the colour change, a multiple of `COLOUR_DIRECTION`. */
  colour: number;
}

/**
 * Draws a perturbation: shift x, shift y, rotation, flip, zoom (log-uniform), colour, in this order.
 * The original's shear is always 0 and is left out.
 */
export function drawPerturbation(random: Random): Perturbation {
  const shiftX = random.uniform(-MAX_SHIFT, MAX_SHIFT);
  const shiftY = random.uniform(-MAX_SHIFT, MAX_SHIFT);
  const rotation = random.uniform(0, 360);
  const flip = random.chance(0.5);
  const zoom = Math.exp(random.uniform(-Math.log(MAX_ZOOM), Math.log(MAX_ZOOM)));
  const colour = random.normal(0, COLOUR_DEVIATION);
  return { shiftX, shiftY, rotation, flip, zoom, colour };
}

/** What a colour change adds to red, green and blue, in a range of values from 0 to 1. */
export function colourOffset(strength: number): [number, number, number] {
  const [red, green, blue] = COLOUR_DIRECTION;
  return [strength * red, strength * green, strength * blue];
}
