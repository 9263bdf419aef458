/** Shapes made of many round patches of light: star-forming knots and tidal tails. */
import type { Random } from "../random.ts";
import type { Body, Clump, Disk } from "./galaxy.ts";

/** Patches at `count` places t from 0 to 1, as close as to run together. */
export function clumpsAlong(count: number, at: (t: number) => Clump): Clump[] {
  return Array.from({ length: count }, (_, k) => at(k / (count - 1)));
}

/** Star-forming knots on a disk's arms or ring, or anywhere on it when it has neither. */
export function knotsOf(disk: Disk, random: Random, count: number): Clump[] {
  const { scale, brightness, arms, ring } = disk;
  return Array.from({ length: count }, () => {
    let r = scale * random.uniform(0.9, 3.4);
    let azimuth = random.uniform(0, 2 * Math.PI);
    if (arms) {
      const turns = Math.log(r / arms.start) / Math.tan(arms.pitch);
      const arm = random.below(arms.count);
      azimuth = (2 * Math.PI * arm - arms.phase) / arms.count + turns + random.normal(0, 0.12);
    }
    if (ring) r = random.normal(ring.radius, 0.6 * ring.width);
    const along = r * Math.cos(azimuth);
    const across = r * Math.sin(azimuth) * disk.axisRatio;
    const local = brightness * Math.exp(-r / (1.3 * scale));
    return {
      x: disk.x + along * Math.cos(disk.angle) - across * Math.sin(disk.angle),
      y: disk.y + along * Math.sin(disk.angle) + across * Math.cos(disk.angle),
      size: scale * random.uniform(0.05, 0.13),
      brightness: local * random.uniform(0.2, 1.1) * (arms ? Math.min(1.2, arms.contrast) : 0.8),
      age: random.uniform(0, 0.3),
    };
  });
}

/**
 * A tidal tail: leaves the body towards `angle`, bends by `curl` radians and fades over `length`.
 */
export function tail(
  random: Random,
  body: Body,
  angle: number,
  curl: number,
  length: number,
  brightness: number,
): Clump[] {
  const steps = 44;
  const bend = curl * random.uniform(1.1, 1.9);
  const age = Math.max(0.15, body.age - 0.25);
  let { x, y } = body;
  return clumpsAlong(steps, (t) => {
    const heading = angle + bend * t;
    x += length / steps * Math.cos(heading);
    y += length / steps * Math.sin(heading);
    const fade = Math.min(1, 4 * t) * (1 - t) ** 0.7;
    return {
      x: x + random.normal(0, 0.7),
      y: y + random.normal(0, 0.7),
      size: 3.2 + 2.5 * t,
      brightness: 0.5 * brightness * fade * random.uniform(0.7, 1.3),
      age,
    };
  });
}
