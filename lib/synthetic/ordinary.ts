/** Ordinary galaxies: ellipticals, disks with and without bars and arms, disks from the side. */
import type { Random } from "../random.ts";
import { knotsOf } from "./clumps.ts";
import type { Arms, Disk, EdgeOn, Galaxy, Spheroid } from "./galaxy.ts";

/** What a recipe adds to an empty scene. */
export type Scene = Partial<Omit<Galaxy, "kind" | "magnification" | "seeing">>;

/** The value, or the end of [low, high] that it has passed. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Cut-outs are centred on the galaxy to about two pixels. */
export function place(random: Random) {
  const angle = random.uniform(0, Math.PI);
  return { x: random.normal(0, 1.5), y: random.normal(0, 1.5), angle };
}

/**
 * Cut-outs are scaled by the light within circles, so the thinner a galaxy appears, the longer its
 * long axis is in the picture.
 */
function elongation(axisRatio: number): number {
  return axisRatio ** -0.35;
}

/** The prominence of a bulge, from 0 to 3, around a mean. */
export function prominence(random: Random, mean: number): number {
  return clamp(random.normal(mean, 0.55), 0, 3);
}

/** A smooth galaxy that appears with the given axis ratio. */
export function elliptical(random: Random, axisRatio: number): Spheroid {
  // About a tenth are blue and exponential.
  const blue = random.chance(0.12);
  const index = blue ? random.uniform(0.8, 1.3) : random.uniform(1.8, 4.2);
  return {
    shape: "spheroid",
    ...place(random),
    axisRatio,
    radius: (blue ? 25 : 23.5) * elongation(axisRatio) * Math.exp(random.normal(0, 0.14)),
    index,
    // Cuspy profiles are fainter here: their nuclei are brighter all the same.
    brightness: (blue ? 240 : 225 - 18 * index) * Math.exp(random.normal(0, 0.25)) *
      (axisRatio < 0.45 ? 1.2 : 1),
    boxiness: 2,
    age: blue ? random.uniform(0, 0.4) : clamp(random.normal(0.84, 0.12), 0.45, 1),
  };
}

/** A disk without bar and arms, seen at a slant but never from the side. */
export function disk(random: Random, bulge: number): Disk {
  // Orientations in space are uniform in the cosine of the inclination.
  const axisRatio = random.uniform(0.34, 1);
  return {
    shape: "disk",
    ...place(random),
    axisRatio,
    scale: 18 * elongation(axisRatio) * Math.exp(random.normal(0, 0.13)),
    brightness: 480 * Math.exp(random.normal(0, 0.22)) * (1 - 0.1 * bulge),
    age: clamp(random.normal(0.43 + 0.14 * bulge, 0.14), 0.05, 0.95),
    bulge,
    lopsided: clamp(random.normal(0, 0.05), -0.1, 0.1),
  };
}

/** The disk with a bar across its bulge. */
export function barred(random: Random, disk: Disk, strength = random.uniform(0.5, 1.6)): Disk {
  const length = disk.scale * random.uniform(0.95, 1.5);
  return { ...disk, bar: { length, angle: random.uniform(0, Math.PI), strength } };
}

/** A disk with `count` arms, every third with few arms barred. The looser, the smaller the bulge. */
export function spiral(random: Random, count: number): Scene {
  const looseness = random.uniform();
  const pitch = (count === 1 ? 14 + 18 * looseness : 8 + 25 * looseness ** 1.5) * Math.PI / 180;
  let galaxy = disk(random, prominence(random, 2 - 0.9 * looseness));
  galaxy = { ...galaxy, scale: 1.2 * galaxy.scale, brightness: 0.8 * galaxy.brightness };
  if (count < 4 && random.chance(0.35)) galaxy = barred(random, galaxy);
  const arms: Arms = {
    count,
    pitch,
    phase: random.uniform(0, 2 * Math.PI),
    contrast: random.uniform(0.7, 2.6) * (count > 4 ? 0.8 : 1),
    start: galaxy.scale * random.uniform(0.5, 0.8),
    wobble: random.uniform(0.2, 0.4),
    wobblePhases: [
      random.uniform(0, 2 * Math.PI),
      random.uniform(0, 2 * Math.PI),
      random.uniform(0, 2 * Math.PI),
    ],
  };
  if (galaxy.bar) {
    // Arms begin at the ends of a bar.
    arms.start = galaxy.bar.length;
    arms.phase = -count * galaxy.bar.angle;
  }
  if (count === 1) galaxy.lopsided = random.uniform(0.12, 0.25);
  const body = { ...galaxy, arms };
  return { bodies: [body], clumps: knotsOf(body, random, Math.round(14 + 8 * arms.contrast)) };
}

/** A disk from the side; a bulge of prominence 0 is none, boxiness 2 makes it round, 4 boxy. */
export function edgeOn(random: Random, bulge: number, boxiness: number): Scene {
  const scale = (bulge > 0 ? 26 : 29) * Math.exp(random.normal(0, 0.14));
  const body: EdgeOn = {
    shape: "edge-on",
    ...place(random),
    scale,
    height: scale * random.uniform(0.15, 0.26),
    brightness: 330 * Math.exp(random.normal(0, 0.25)),
    age: clamp(random.normal(0.4 + 0.13 * bulge, 0.15), 0.1, 0.95),
    bulge,
    boxiness,
  };
  const { x, y, angle } = body;
  // Every third shows the dust in its plane.
  const lane = { x, y, angle, length: 1.1 * scale, width: 0.05 * scale, depth: 0.8 };
  return { bodies: [body], dust: random.chance(0.3) ? [lane] : [] };
}
