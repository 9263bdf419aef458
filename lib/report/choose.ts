/** Which galaxies a page shows when it cannot show all. */
import { kindOf, KINDS, rowOf } from "./path.ts";

/**
 * The first galaxies of each kind, as evenly as there are some of each: so that kinds differ, and
 * nothing else is chosen by.
 * @param predicted (galaxies, 37)
 * @returns their places, in order
 */
export function variedGalaxies(predicted: Float32Array, galaxies: number, most: number): number[] {
  const groups = KINDS.map((): number[] => []);
  for (let galaxy = 0; galaxy < galaxies; galaxy++) {
    groups[KINDS.indexOf(kindOf(rowOf(predicted, galaxy)).kind)].push(galaxy);
  }
  const chosen: number[] = [];
  for (let turn = 0; chosen.length < Math.min(most, galaxies); turn++) {
    for (const group of groups) {
      if (turn < group.length && chosen.length < most) chosen.push(group[turn]);
    }
  }
  return chosen.sort((a, b) => a - b);
}

/** Keeps the things with the highest scores, the first of equals. */
export class Shortlist<T> {
  readonly #most: number;
  #best: { readonly score: number; readonly thing: T }[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether a thing of such a score would be kept. */
  wants(score: number): boolean {
    return this.#best.length < this.#most || score > this.#best.at(-1)!.score;
  }

  add(score: number, thing: T) {
    if (!this.wants(score)) return;
    const place = this.#best.findIndex((other) => score > other.score);
    this.#best.splice(place < 0 ? this.#best.length : place, 0, { score, thing });
    this.#best.length = Math.min(this.#best.length, this.#most);
  }

  /** The best first. */
  get things(): T[] {
    return this.#best.map(({ thing }) => thing);
  }
}
