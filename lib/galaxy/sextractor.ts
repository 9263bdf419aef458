/**
 * Galaxies as Source Extractor measures them, and what the pysex* models make of it: the galaxy's
 * centre goes to the middle of the image, its Petrosian radius becomes 160 pixels
 * (docs/augmentation.md §8, docs/workflow.md §8).
 */
import { IMAGE_CENTRE, type Preparation } from "./transforms.ts";

/** The two ways the original measured: gen2 detects fainter light, so it finds larger objects. */
export type Generation = "gen1" | "gen2";

export interface ParameterKind {
  /** File names without `_train.npy.gz`; those of the original. */
  readonly stem: string;
  /** Columns of its files; the first five are x, y, a, b, theta in both. */
  readonly columns: readonly string[];
  /** Detection threshold, in standard deviations of the background. */
  readonly threshold: number;
}

/** docs/workflow.md §1: x, y, a, b, flux_radius, fwhm in pixels, theta in degrees, others in a. */
export const PARAMETER_KINDS: Readonly<Record<Generation, ParameterKind>> = {
  gen1: {
    stem: "pysex_params_extra",
    columns: [
      "x",
      "y",
      "a",
      "b",
      "theta",
      "flux_radius",
      "kron_radius",
      "petro_radius",
      "fwhm",
    ],
    threshold: 10,
  },
  gen2: {
    stem: "pysex_params_gen2",
    columns: ["x", "y", "a", "b", "theta", "petro_radius"],
    threshold: 2,
  },
};

/** One object, its numbers in the order of `ParameterKind.columns`. */
export type ParameterRow = ArrayLike<number>;

const TARGET_RADIUS = 160;
const MAX_SCALE = 1.5;

/**
 * Centre and enlargement for a row: 160 / (petro_radius · a), within [1/1.5, 1.5], or 1 where
 * nothing was detected. The centre is used as it is stored, as in the original, although Source
 * Extractor counts pixels from 1 and the maps of `transforms.ts` from 0: galaxies end up one pixel
 * of the image, a third of a view's pixel, off the middle.
 */
export function preparationOf(row: ParameterRow, kind: ParameterKind): Preparation {
  const { columns } = kind;
  const radius = row[columns.indexOf("petro_radius")] * row[columns.indexOf("a")];
  const scale = TARGET_RADIUS / radius;
  return {
    x: row[0],
    y: row[1],
    scale: Number.isNaN(scale) ? 1 : Math.min(MAX_SCALE, Math.max(1 / MAX_SCALE, scale)),
  };
}

/** Twice the square of 50 pixels. */
const CENTRALITY = 5000;

/**
 * The galaxy among the objects of an image: the one with the largest area times closeness to the
 * middle, π·a·b·exp(−d²/5000), the first one on ties. Without objects: the middle of the image, and
 * NaN for all that is not known.
 */
export function centralObject(objects: readonly ParameterRow[], kind: ParameterKind): number[] {
  let best: number[] = kind.columns.map((_, column) => column < 2 ? IMAGE_CENTRE : NaN);
  let bestScore = -Infinity;
  for (const object of objects) {
    const [x, y, a, b] = Array.from(object);
    const distance2 = (x - IMAGE_CENTRE) ** 2 + (y - IMAGE_CENTRE) ** 2;
    const score = Math.PI * a * b * Math.exp(-distance2 / CENTRALITY);
    if (score > bestScore) [best, bestScore] = [Array.from(object), score];
  }
  return best;
}
