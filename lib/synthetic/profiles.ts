/** How light falls off: the radial profiles of galaxies and of a star's image. */

/**
 * The b of a Sérsic profile, which makes `radius` enclose half of the light
 * (Ciotti & Bertin 1999, good to 1e-4 for 0.5 ≤ index ≤ 10).
 */
export function sersicB(index: number): number {
  return 2 * index - 1 / 3 + 4 / (405 * index) + 46 / (25515 * index * index);
}

/** The Sérsic profile at `x` half-light radii, 1 at x = 1. Index 1 is exponential, 4 is r^¼. */
export function sersic(index: number, x: number): number {
  return Math.exp(-sersicB(index) * (Math.pow(x, 1 / index) - 1));
}

/** Where, in half-light radii, a Sérsic profile has fallen to `level` times its value at 1. */
export function sersicReach(index: number, level: number): number {
  return Math.pow(Math.max(0, 1 - Math.log(level) / sersicB(index)), index);
}

/** sech², the vertical profile of a self-gravitating sheet of stars. */
export function sechSquared(x: number): number {
  const sech = 1 / Math.cosh(x);
  return sech * sech;
}

/**
 * A Moffat profile with β = 3, the image of a star through the atmosphere: 1 at the centre, ½ at
 * r = fwhm / 2, with the wings a Gaussian lacks.
 */
export function moffat(fwhm: number, r: number): number {
  const alphaSquared = (fwhm * fwhm) / (4 * (Math.cbrt(2) - 1));
  return Math.pow(1 + (r * r) / alphaSquared, -3);
}

/** A smooth step from 0 at `low` to 1 at `high`. */
export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}
