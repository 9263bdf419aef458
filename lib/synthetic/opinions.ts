/** What people think of what was drawn, given how well they can see it. */
import type { Arms, Bar, Body, Disk, EdgeOn, Galaxy, Oddity } from "./galaxy.ts";
import { ODDITIES } from "./galaxy.ts";

/** How well the parts of a galaxy show, each from 0 (not at all) to about 2 (strikingly). */
interface Sight {
  arms: number;
  bar: number;
  ring: number;
  /** Apparent axis ratio after the atmosphere's blur. */
  axisRatio: number;
  /** 0 … 3 */
  bulge: number;
}

/**
 * For each of the eleven questions, the probability of each answer among the people who are asked:
 * eleven lists that each sum to 1.
 */
export function opinions(galaxy: Galaxy): number[][] {
  const body = galaxy.bodies.at(0);
  const sight = look(galaxy, body);
  return [
    smoothOrFeatures(galaxy, body, sight),
    yesNo(isEdgeOn(body, sight)),
    yesNo(0.05 + 0.9 * sigmoid(7 * (sight.bar - 0.5))),
    yesNo(0.04 + 0.93 * sigmoid(10 * (sight.arms + 0.2 * sight.ring - 0.23))),
    among([0, 1, 2, 3].map((k) => Math.exp(-1.6 * (k - sight.bulge) ** 2))),
    yesNo(isOdd(galaxy, sight)),
    roundness(sight),
    whatIsOdd(galaxy),
    edgeOnBulge(body, sight),
    winding(body),
    armCount(body, sight),
  ];
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function yesNo(yes: number): number[] {
  return [yes, 1 - yes];
}

/** Weights scaled to sum to 1. */
function among(weights: number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function look({ magnification, seeing }: Galaxy, body: Body | undefined): Sight {
  const nothing = { arms: 0, bar: 0, ring: 0, axisRatio: 1, bulge: 2 };
  if (!body) return nothing;
  const blur = magnification * seeing / 2.355;
  const axisRatio = blurred(body, blur);
  if (body.shape === "spheroid") return { ...nothing, axisRatio, bulge: 1.8 };
  if (body.shape === "edge-on") return { ...nothing, axisRatio, bulge: body.bulge };
  // Structure of a disk seen at a slant is foreshortened.
  const open = Math.min(1, 1.35 * Math.sqrt(body.axisRatio)) * Math.sqrt(body.axisRatio);
  return {
    arms: body.arms ? open * armContrast(body, body.arms, blur) : 0,
    bar: body.bar ? open * barContrast(body, body.bar, blur) : 0,
    ring: body.ring ? open * 2.2 * body.ring.strength * transfer(4 * body.ring.width, blur) : 0,
    axisRatio,
    bulge: body.bulge,
  };
}

/** What is left of a ripple of the given wavelength after a Gaussian blur. */
function transfer(wavelength: number, sigma: number): number {
  return Math.exp(-2 * (Math.PI * sigma / wavelength) ** 2);
}

/** Arms are seen as a ripple across the disk at about 1.8 scale lengths. */
function armContrast(disk: Disk, arms: Arms, blur: number): number {
  const spacing = 2 * Math.PI * 1.8 * disk.scale * Math.sin(arms.pitch) / arms.count;
  return 0.62 * arms.contrast * transfer(spacing, blur);
}

function barContrast(disk: Disk, bar: Bar, blur: number): number {
  return bar.strength * transfer(1.6 * bar.length, blur) * (1 - 0.12 * disk.bulge);
}

function blurred(body: Body, blur: number): number {
  const [long, short] = body.shape === "edge-on"
    ? [1.1 * body.scale, 0.9 * body.height * (1 + 0.3 * body.bulge)]
    : body.shape === "disk"
    ? [1.2 * body.scale, 1.2 * body.scale * body.axisRatio]
    : [0.9 * body.radius, 0.9 * body.radius * body.axisRatio];
  return Math.sqrt((short * short + blur * blur) / (long * long + blur * blur));
}

/** How much an oddity looks like a feature rather than a smooth galaxy. */
const FEATURED: Readonly<Record<Oddity, number>> = {
  "ring": 0.5,
  "lens or arc": 0.25,
  "disturbed": 0.7,
  "irregular": 1,
  "other": 0,
  "merger": 0.45,
  "dust lane": 1,
};

function smoothOrFeatures(galaxy: Galaxy, body: Body | undefined, sight: Sight): number[] {
  if (galaxy.kind === "star") return [0.1, 0.04, 0.86];
  if (galaxy.kind === "artifact") return body ? [0.2, 0.1, 0.7] : [0.05, 0.07, 0.88];
  let plain = 0.09 + 0.3 * (1 - sight.axisRatio) ** 1.5;
  if (body?.shape === "disk") plain = 0.53 - 0.06 * sight.bulge + 0.15 * (1 - sight.axisRatio);
  if (body?.shape === "edge-on") plain = 0.93 - 0.35 * sight.axisRatio;
  const odd = galaxy.oddity ? FEATURED[galaxy.oddity.what] * galaxy.oddity.strength : 0;
  const structure = sight.arms + 0.7 * sight.bar + sight.ring + odd;
  const features = 0.97 - (0.97 - plain) * Math.exp(-2.2 * structure);
  const star = 0.021 * (1.3 - features);
  return [1 - features - star, features, star];
}

function isEdgeOn(body: Body | undefined, sight: Sight): number {
  if (body?.shape === "edge-on") return 0.97 - 0.5 * sight.axisRatio ** 2;
  const narrow = 0.01 + 0.8 * sigmoid((0.37 - sight.axisRatio) / 0.05);
  // Arms and bars show that the disk is seen from above.
  return narrow * Math.exp(-1.2 * (sight.arms + sight.bar));
}

function isOdd({ kind, oddity }: Galaxy, sight: Sight): number {
  if (kind === "star") return 0.25;
  if (kind === "artifact") return 0.5;
  const strange = oddity ? 0.85 * oddity.strength : kind === "one arm" ? 0.3 : 0;
  const usual = 0.12 + 0.03 * Math.min(1, sight.arms);
  return usual + (1 - usual) * strange;
}

function roundness({ axisRatio }: Sight): number[] {
  const round = sigmoid((axisRatio - 0.83) / 0.045);
  const cigar = sigmoid((0.44 - axisRatio) / 0.045);
  return [round, 1 - round - cigar, cigar];
}

/** What people name who call a galaxy odd when nothing is. */
const PRETEXTS = [0.07, 0.07, 0.15, 0.16, 0.4, 0.14, 0.01];

function whatIsOdd({ oddity }: Galaxy): number[] {
  const agreed = oddity ? 0.3 + 0.5 * oddity.strength : 0;
  return PRETEXTS.map((share, k) =>
    (1 - agreed) * share + (oddity?.what === ODDITIES[k] ? agreed : 0)
  );
}

function edgeOnBulge(body: Body | undefined, sight: Sight): number[] {
  if (body?.shape !== "edge-on") return [0.6, 0.05, 0.35];
  return among([
    sigmoid(4 * (sight.bulge - 0.9)),
    sigmoid(4 * (sight.bulge - 0.9)) * boxLook(body),
    sigmoid(4 * (0.8 - sight.bulge)),
  ]);
}

function boxLook(body: EdgeOn): number {
  return body.boxiness > 2 ? 1.6 : 0.06;
}

function winding(body: Body | undefined): number[] {
  if (body?.shape !== "disk" || !body.arms) return [0.45, 0.35, 0.2];
  const degrees = body.arms.pitch * 180 / Math.PI;
  const tight = sigmoid((17 - degrees) / 2);
  const loose = sigmoid((26 - degrees) / -2.5);
  return among([0.03 + tight, 0.05 + Math.max(0, 1 - tight - loose), 0.03 + loose]);
}

function armCount(body: Body | undefined, sight: Sight): number[] {
  if (body?.shape !== "disk" || !body.arms) return [0.06, 0.27, 0.04, 0.02, 0.02, 0.59];
  const drawn = Math.min(5, body.arms.count);
  const clear = 0.05 + 0.9 * sigmoid(6 * (sight.arms - 0.5));
  const counted = among([1, 2, 3, 4, 5].map((k) => Math.exp(-2.4 * (k - drawn) ** 2)));
  return [...counted.map((share) => clear * share), 1 - clear];
}
