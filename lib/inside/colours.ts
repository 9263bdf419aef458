/** Numbers as colours. */

export type Colour = readonly [red: number, green: number, blue: number];

/** From nothing to much: what stands on a dark ground in both themes, as pictures of galaxies do. */
const LIGHT: readonly Colour[] = [
  [10, 14, 26],
  [31, 58, 115],
  [64, 128, 232],
  [163, 204, 255],
  [255, 255, 255],
];
/** What speaks for an answer, and what speaks against it. */
export const FOR: Colour = [255, 166, 48];
export const AGAINST: Colour = [86, 156, 255];

/** The colour of a share from 0 to 1. */
export function lightOf(share: number): Colour {
  const place = Math.min(1, Math.max(0, share)) * (LIGHT.length - 1);
  const stop = Math.min(LIGHT.length - 2, Math.floor(place));
  return mix(LIGHT[stop], LIGHT[stop + 1], place - stop);
}

function mix(from: Colour, to: Colour, share: number): Colour {
  const at = (band: 0 | 1 | 2) => from[band] + share * (to[band] - from[band]);
  return [at(0), at(1), at(2)];
}
