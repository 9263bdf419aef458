/** Which galaxies a survey has, without any picture. */
import { UserError } from "../errors.ts";
import { Random } from "../random.ts";
import type { Galaxy, Kind } from "./galaxy.ts";
import { KINDS } from "./galaxy.ts";
import { drawGalaxy } from "./kinds.ts";
import { castVotes } from "./votes.ts";

/** Ids have six digits. */
const FIRST_ID = 100_000;
const LAST_ID = 999_999;

/** A galaxy's streams of random numbers, so that one cannot shift the other. */
const STREAMS = { description: 0, votes: 1, sky: 2, id: 3 } as const;

/** The stream for one use of galaxy `index`, counted from 0 in the order of ids. */
export function galaxyRandom(seed: number, index: number, use: keyof typeof STREAMS): Random {
  return new Random(seed, "survey", index, STREAMS[use]);
}

/** The description of galaxy `index` of a survey. */
export function galaxyAt(seed: number, index: number): Galaxy {
  return drawGalaxy(galaxyRandom(seed, index, "description"));
}

/** The 37 vote fractions of a galaxy, in [0, 1]. */
export function votesAt(seed: number, index: number, galaxy: Galaxy): Float64Array {
  return castVotes(galaxy, galaxyRandom(seed, index, "votes"));
}

export interface Entry {
  id: number;
  /** Place among all galaxies of the survey, which names its streams of random numbers. */
  index: number;
  set: "train" | "test";
}

/**
 * The galaxies of a survey in ascending order of their ids. Which of them are for training is drawn,
 * so both sets run through the whole range, as in the competition.
 * @throws UserError when there are more galaxies than ids
 */
export function makeCatalogue(train: number, test: number, seed: number): Entry[] {
  const count = train + test;
  const ids = LAST_ID - FIRST_ID + 1;
  if (count > ids) {
    throw new UserError(`${count} galaxies are too many: there are ${ids} six-digit ids`);
  }
  const order = galaxyRandom(seed, count, "id").permutation(count);
  const step = ids / count;
  return Array.from({ length: count }, (_, index) => ({
    id: FIRST_ID + Math.floor(index * step) +
      galaxyRandom(seed, index, "id").below(Math.floor(step)),
    index,
    set: order[index] < train ? "train" : "test",
  }));
}

/** How many galaxies there are of each kind. */
export function countKinds(catalogue: readonly Entry[], seed: number): Record<Kind, number> {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  for (const { index } of catalogue) counts[galaxyAt(seed, index).kind]++;
  return counts;
}
