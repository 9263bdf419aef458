/** Galaxies to try things out with, where there are no real ones. */
import { galaxyAt, galaxyRandom, votesAt } from "../synthetic/catalogue.ts";
import { renderPicture } from "../synthetic/render.ts";

/** A drawn galaxy and what volunteers would say of it. */
export interface SyntheticGalaxy {
  /** 424 × 424 pixels: (row, column, RGB) bytes. */
  readonly pixels: Uint8Array;
  /** The 37 vote fractions, in the order of `ANSWER_COLUMNS`. */
  readonly fractions: Float32Array;
}

/**
 * Draws a galaxy, as `./run survey` does; takes about 20 ms.
 * @param seed of the survey, an integer from 0 to 2^53 − 1
 * @param index of the galaxy in it, from 0; the same seed and index give the same galaxy
 */
export function syntheticGalaxy(seed: number, index: number): SyntheticGalaxy {
  const galaxy = galaxyAt(seed, index);
  return {
    pixels: renderPicture(galaxy, galaxyRandom(seed, index, "sky"), seed),
    fractions: Float32Array.from(votesAt(seed, index, galaxy)),
  };
}
