/** Pictures unlike those that the network was trained on (docs/pictures.md §5). */
import type { Statistics } from "./describe.ts";
import { USUAL } from "./usual.ts";

/**
 * How far beyond the quantiles a number may be, as a share of what lies between them: with thirteen numbers
 * that are looked at, one in fourteen of Galaxy Zoo's own pictures is beyond a quantile, and one in
 * seventy beyond this.
 */
const MARGIN = 0.3;

/** Numbers whose ratios count, rather than their differences. */
const RATIOS: ReadonlySet<keyof Statistics> = new Set([
  "noise",
  "brightness",
  "radius",
  "concentration",
  "asymmetry",
  "share",
]);

/** What is said of a number that is too small, and of one that is too large. */
const WORDS: Readonly<Record<keyof Statistics, readonly [small: string, large: string]>> = {
  sky: ["the sky is dark", "the sky is bright"],
  skyColour: ["the sky is blue", "the sky is red"],
  noise: ["it has hardly any noise", "it is very noisy"],
  brightness: ["the galaxy is faint", "the galaxy is bright"],
  red: ["the galaxy has hardly any red light", "the galaxy is very red"],
  blue: ["the galaxy has hardly any blue light", "the galaxy is very blue"],
  radius: ["the galaxy is small", "the galaxy is large"],
  offset: ["", "the galaxy is far from the middle"],
  concentration: ["its light is as concentrated as a star's", "its light is spread evenly"],
  asymmetry: ["it is very symmetric", "it is not symmetric"],
  share: ["the galaxy covers little", "the galaxy covers much"],
  others: ["", "there are many other objects"],
  saturated: ["", "much of it is white"],
};

/**
 * What is unusual about a picture, each as a sentence with the number and the range that 99 % of Galaxy
 * Zoo's pictures have; empty for a picture as they are.
 */
export function unusual(statistics: Statistics): string[] {
  const found: string[] = [];
  const nothing = statistics.radius === 0;
  if (nothing) found.push("no galaxy was found");
  for (const key of Object.keys(USUAL) as (keyof Statistics)[]) {
    const value = statistics[key];
    const [low, , high] = USUAL[key];
    const [least, most] = limits(low, high, RATIOS.has(key));
    if (value >= least && value <= most) continue;
    // Of a galaxy that is not there, nothing is told.
    if (nothing && !OF_THE_PICTURE.has(key)) continue;
    const words = WORDS[key][value < least ? 0 : 1];
    found.push(`${words} (${short(value)}, usually ${short(low)} to ${short(high)})`);
  }
  return found;
}

const OF_THE_PICTURE: ReadonlySet<keyof Statistics> = new Set([
  "sky",
  "skyColour",
  "noise",
  "saturated",
]);

function limits(low: number, high: number, ratio: boolean): [number, number] {
  if (ratio) {
    const factor = (high / low) ** MARGIN;
    return [low / factor, high * factor];
  }
  const margin = MARGIN * (high - low);
  // What cannot be below 0 is not too small there.
  return [low >= 0 ? Math.min(low, Math.max(0, low - margin)) : low - margin, high + margin];
}

function short(value: number): string {
  return String(Number(value.toPrecision(value >= 100 ? 3 : 2)));
}
