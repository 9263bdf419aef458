/** Bands of light: which plane of a cube is which, and how bright each is shown. */
import { UserError } from "../errors.ts";
import type { Hdu } from "../formats/fits_read.ts";

/** Bands in which the sky is surveyed, from blue to red. */
const FROM_BLUE = ["u", "g", "r", "i", "z", "y"];
/** Of those there are, the first set of red, green and blue that is whole. */
const CHOICES = [["i", "r", "g"], ["z", "r", "g"], ["z", "i", "r"], ["z", "i", "g"], [
  "r",
  "g",
  "u",
]];

/** What nanomaggies are multiplied by, so that a galaxy of a usual colour is nearly white. */
const WEIGHTS: Readonly<Record<string, number>> = { u: 4, g: 2.5, r: 1.5, i: 1, z: 0.8, y: 0.8 };

/** Weights of red, green and blue. @param names of the bands; i, r and g where they are not known */
export function sdssWeights(names: readonly string[] = ["i", "r", "g"]): number[] {
  return names.map((name) => WEIGHTS[name] ?? 1);
}

export interface Planes {
  /** One plane, or those for red, green and blue. */
  order: number[];
  /** Their bands, where the header tells. */
  names?: string[];
  told?: string;
}

/**
 * The planes of an image that make a picture. The header's BANDS (as `griz`) or BAND0, BAND1, …
 * tell which they are, as in cutouts of the Legacy Surveys; otherwise three are red, green, blue.
 * @throws UserError when there are neither one nor three, nor bands to choose from
 */
export function orderOfPlanes({ axes, cards }: Hdu, name: string): Planes {
  const [, , count = 1, ...more] = axes;
  if (more.some((length) => length !== 1)) {
    throw new UserError(
      `${name} has an image with ${axes.length} axes (${axes.join("×")}), at most three are read`,
    );
  }
  if (count === 1) return { order: [0] };
  const bands = namesOf(cards, count);
  const names = bands && CHOICES.find((choice) => choice.every((band) => bands.includes(band)));
  if (bands && names) {
    const order = names.map((band) => bands.indexOf(band));
    return { order, names, told: `bands ${names.join(", ")} as red, green, blue` };
  }
  if (count === 3) return { order: [0, 1, 2], told: "its three planes as red, green, blue" };
  throw new UserError(
    `${name} has an image of ${count} planes, one or three are shown. Save three of them, red first`,
  );
}

function namesOf(cards: Hdu["cards"], count: number): string[] | undefined {
  const text = cards.get("BANDS");
  const names = typeof text === "string"
    ? [...text.replace(/[\s,]/g, "")]
    : Array.from({ length: count }, (_, k) => String(cards.get(`BAND${k}`) ?? "").trim());
  const small = names.map((name) => name.toLowerCase());
  return small.length === count && small.every((name) => FROM_BLUE.includes(name))
    ? small
    : undefined;
}
