/** The drawn galaxies that a network learns from, and those that it is asked about. */
import { IMAGE_BYTES, warpViews } from "../../lib/data/views/warp.ts";
import { colourOffset, drawPerturbation } from "../../lib/galaxy/perturbation.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { IMAGE_FLOATS, NO_AUGMENTATION, viewMaps } from "../../lib/galaxy/transforms.ts";
import { type SyntheticGalaxy, syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { Random } from "../../lib/random.ts";
import { galaxyAt, votesAt } from "../../lib/synthetic/catalogue.ts";

/** Other galaxies than those among which the page lets people choose. */
const SURVEY = 2;
/** Drawn before the first minibatch; then one more for each. */
const FIRST = 64;
/** As many are kept, 130 MB: the oldest makes room for the newest. */
const KEPT = 240;
/** Indices of the galaxies that are never learned from begin here. */
const ASKED_FROM = 1_000_000;

/** Galaxies to learn from: what a minibatch has is a function of the seed and its number. */
export class Galaxies {
  readonly #kept: SyntheticGalaxy[] = [];
  #drawn = 0;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Writes views and labels of minibatch `step` to row `row` and the following ones. */
  fill(step: number, batch: number, row: number, views: Float32Array, labels: Float32Array) {
    this.#drawUntil(FIRST + step);
    const random = new Random(this.#seed, "chunk", step);
    for (let example = 0; example < batch; example++) {
      const { pixels, fractions } = this.#kept[random.below(this.#kept.length)];
      const perturbation = drawPerturbation(
        new Random(this.#seed, "perturbation", step, example),
      );
      const to = row + example;
      const colour = colourOffset(perturbation.colour);
      warpViews(pixels, viewMaps(perturbation), views, to * IMAGE_FLOATS, colour);
      labels.set(fractions, to * ANSWER_COUNT);
    }
  }

  #drawUntil(count: number) {
    for (; this.#drawn < count; this.#drawn++) {
      this.#kept[this.#drawn % KEPT] = syntheticGalaxy(SURVEY, this.#drawn);
    }
  }
}

/** Galaxies that the network is asked about again and again. */
export interface Asked {
  /** (galaxies, 424, 424, 3) */
  readonly pixels: Uint8Array;
  /** (galaxies, 2, 3, 69, 69), as they are. */
  readonly views: Float32Array;
  /** (galaxies, 37) */
  readonly labels: Float32Array;
}

export function drawAsked(count: number): Asked {
  const pixels = new Uint8Array(count * IMAGE_BYTES);
  const views = new Float32Array(count * IMAGE_FLOATS);
  const labels = new Float32Array(count * ANSWER_COUNT);
  for (let index = 0; index < count; index++) {
    const galaxy = syntheticGalaxy(SURVEY, ASKED_FROM + index);
    pixels.set(galaxy.pixels, index * IMAGE_BYTES);
    warpViews(galaxy.pixels, viewMaps(NO_AUGMENTATION), views, index * IMAGE_FLOATS);
    labels.set(galaxy.fractions, index * ANSWER_COUNT);
  }
  return { pixels, views, labels };
}

/** Labels (galaxies, 37) of the first galaxies to learn from, without drawing them. */
export function firstLabels(count: number): Float32Array {
  const labels = new Float32Array(count * ANSWER_COUNT);
  for (let index = 0; index < count; index++) {
    labels.set(votesAt(SURVEY, index, galaxyAt(SURVEY, index)), index * ANSWER_COUNT);
  }
  return labels;
}
