/** Draws galaxies of every kind from random numbers. */
import type { Random } from "../random.ts";
import { type Galaxy, type Kind, KINDS } from "./galaxy.ts";
import { disturbed, dusty, irregular, lensed, merging, ringed } from "./odd.ts";
import {
  barred,
  clamp,
  disk,
  edgeOn,
  elliptical,
  place,
  prominence,
  type Scene,
  spiral,
} from "./ordinary.ts";

/**
 * How often each kind is drawn, in percent. Chosen so that the crowd's answers have the means of the
 * real ones (`tests/synthetic/votes_test.ts`); stars and artifacts are somewhat commoner than real.
 */
export const SHARES: Readonly<Record<Kind, number>> = {
  "round": 14.5,
  "in between": 14.5,
  "cigar": 3.5,
  "edge-on, rounded bulge": 6.6,
  "edge-on, boxy bulge": 1.4,
  "edge-on, no bulge": 3.5,
  "plain disk": 8.6,
  "bar": 5.5,
  "one arm": 1.2,
  "two arms": 16.5,
  "three arms": 3,
  "four arms": 2,
  "many arms": 3.5,
  "ring": 3.8,
  "lens or arc": 0.9,
  "merger": 3.6,
  "disturbed": 2.4,
  "irregular": 3,
  "dust lane": 0.9,
  "star": 0.6,
  "artifact": 0.5,
};

/** A galaxy of a kind drawn by its share. */
export function drawGalaxy(random: Random): Galaxy {
  const total = Object.values(SHARES).reduce((sum, share) => sum + share, 0);
  let rest = random.uniform(0, total);
  const kind = KINDS.find((kind) => (rest -= SHARES[kind]) < 0) ?? KINDS[0];
  return drawKind(kind, random);
}

/** A galaxy of the given kind. */
export function drawKind(kind: Kind, random: Random): Galaxy {
  // Fine structure was seen in the nearer galaxies, whose pixels are larger on the sky.
  const nearness = /arm|ring|bar|irregular|lens|dust/.test(kind) ? 0.4 : 0;
  const magnification = Math.exp(clamp(random.normal(1.2 - nearness, 0.36), 0, 1.65));
  const seeing = clamp(random.normal(3.3, 0.35), 2.7, 4.2);
  const empty = { bodies: [], clumps: [], dust: [], stars: [], trails: [] };
  return { kind, magnification, seeing, ...empty, ...RECIPES[kind](random) };
}

const RECIPES: Readonly<Record<Kind, (random: Random) => Scene>> = {
  "round": (random) => ({ bodies: [elliptical(random, random.uniform(0.86, 1))] }),
  "in between": (random) => ({ bodies: [elliptical(random, random.uniform(0.48, 0.82))] }),
  "cigar": (random) => ({ bodies: [elliptical(random, random.uniform(0.24, 0.4))] }),
  "edge-on, rounded bulge": (random) => edgeOn(random, random.uniform(1.3, 2.6), 2),
  "edge-on, boxy bulge": (random) => edgeOn(random, random.uniform(2, 2.6), 4),
  "edge-on, no bulge": (random) => edgeOn(random, 0, 2),
  "plain disk": (random) => ({ bodies: [disk(random, prominence(random, 1.6))] }),
  "bar": (random) => ({ bodies: [barred(random, disk(random, prominence(random, 1.4)))] }),
  "one arm": (random) => spiral(random, 1),
  "two arms": (random) => spiral(random, 2),
  "three arms": (random) => spiral(random, 3),
  "four arms": (random) => spiral(random, 4),
  "many arms": (random) => spiral(random, 5 + random.below(3)),
  "ring": ringed,
  "lens or arc": lensed,
  "merger": merging,
  "disturbed": disturbed,
  "irregular": irregular,
  "dust lane": dusty,
  "star": (random) => ({
    stars: [{
      ...place(random),
      brightness: 10 ** random.uniform(3.8, 4.6),
      age: random.uniform(),
    }],
  }),
  "artifact": (random) => ({
    bodies: random.chance(0.5) ? [{ ...elliptical(random, 0.9), brightness: 30 }] : [],
    trails: [{
      ...place(random),
      width: random.uniform(2.5, 5.5),
      brightness: random.uniform(80, 400),
      band: random.below(3) as 0 | 1 | 2,
    }],
  }),
};
