/** Odd galaxies: what question 8 of the decision tree asks for. */
import type { Random } from "../random.ts";
import { clumpsAlong, knotsOf, tail } from "./clumps.ts";
import type { Clump, Disk, Spheroid } from "./galaxy.ts";
import { clamp, disk, elliptical, type Scene } from "./ordinary.ts";

/** A disk whose young stars stand in a ring. */
export function ringed(random: Random): Scene {
  const body = disk(random, random.uniform(1.3, 2.4));
  body.axisRatio = random.uniform(0.5, 1);
  body.brightness *= 0.6;
  const strength = random.uniform(0.25, 0.7);
  body.ring = {
    radius: body.scale * random.uniform(1.9, 2.6),
    width: random.uniform(0.18, 0.32) * body.scale,
    strength,
  };
  return {
    bodies: [body],
    clumps: knotsOf(body, random, 12),
    oddity: { what: "ring", strength: clamp(0.35 + strength, 0, 1) },
  };
}

/** A massive elliptical that bends the light of a far blue galaxy into arcs. */
export function lensed(random: Random): Scene {
  const body = { ...elliptical(random, random.uniform(0.8, 1)), age: 1, index: 3.5 };
  const radius = random.uniform(38, 52);
  const middle = random.uniform(0, 2 * Math.PI);
  const brightness = random.uniform(70, 150);
  const arc = (towards: number, length: number, share: number): Clump[] =>
    clumpsAlong(40, (t) => {
      const angle = towards + length * (t - 0.5);
      return {
        x: body.x + radius * Math.cos(angle),
        y: body.y + radius * Math.sin(angle),
        size: 2.2,
        brightness: 0.3 * share * brightness * Math.sin(Math.PI * (0.1 + 0.8 * t)),
        age: 0.02,
      };
    });
  return {
    bodies: [{ ...body, radius: 0.75 * body.radius }],
    // The lens shows the far galaxy twice: a long arc and, across, its short counterpart.
    clumps: [...arc(middle, random.uniform(1.4, 2.4), 1), ...arc(middle + Math.PI, 0.5, 1)],
    oddity: { what: "lens or arc", strength: clamp(0.25 + brightness / 220, 0, 1) },
  };
}

/** The galaxy that the crowd sees as one of a pair, or as torn. */
function victim(random: Random): Spheroid | Disk {
  return random.chance(0.5)
    ? { ...elliptical(random, random.uniform(0.55, 0.95)), index: random.uniform(1.5, 3) }
    : disk(random, random.uniform(0.8, 2.4));
}

/** Two galaxies in each other, often with tidal tails. */
export function merging(random: Random): Scene {
  const towards = random.uniform(0, 2 * Math.PI);
  const distance = random.uniform(38, 66);
  const shrink = (body: Spheroid | Disk, share: number, side: number) => {
    const moved = {
      x: side * share * distance * Math.cos(towards),
      y: side * share * distance * Math.sin(towards),
    };
    return body.shape === "disk"
      ? { ...body, ...moved, scale: 0.7 * body.scale }
      : { ...body, ...moved, radius: 0.7 * body.radius };
  };
  const first = shrink(victim(random), 0.4, -1);
  const second = shrink(victim(random), 0.6, 1);
  const torn = random.uniform(0, 1);
  const curl = random.chance(0.5) ? 1 : -1;
  return {
    bodies: [first, { ...second, brightness: second.brightness * random.uniform(0.5, 1) }],
    // Each loses a tail on its far side, both in the same sense of rotation.
    clumps: torn < 0.3 ? [] : [
      ...tail(random, first, towards + Math.PI - 0.9 * curl, curl, 80, 40 * torn),
      ...tail(random, second, towards - 0.9 * curl, curl, 95, 55 * torn),
    ],
    oddity: { what: "merger", strength: 0.65 + 0.35 * torn },
  };
}

/** A lopsided disk that an encounter has torn tails from. */
export function disturbed(random: Random): Scene {
  const body = disk(random, random.uniform(0.6, 2.2));
  body.lopsided = random.uniform(0.28, 0.45) * (random.chance(0.5) ? 1 : -1);
  const towards = random.uniform(0, 2 * Math.PI);
  const curl = random.chance(0.5) ? 1 : -1;
  const force = random.uniform(0.5, 1);
  return {
    bodies: [body],
    clumps: [
      ...tail(random, body, towards, curl, 115, 75 * force),
      ...tail(random, body, towards + random.uniform(2.2, 3.4), curl, 85, 55 * force),
      ...knotsOf(body, random, 10),
    ],
    oddity: { what: "disturbed", strength: 0.35 + 0.45 * force },
  };
}

/** A faint blue disk without order, with patches of young stars. */
export function irregular(random: Random): Scene {
  const body = disk(random, random.uniform(0, 0.6));
  body.axisRatio = random.uniform(0.45, 0.9);
  body.age = random.uniform(0.02, 0.25);
  body.brightness *= 0.3;
  body.lopsided = random.uniform(0.15, 0.4);
  const patchiness = random.uniform(0.5, 1);
  const patches = Array.from({ length: 12 + random.below(14) }, () => {
    const r = 2.3 * body.scale * random.uniform() ** 0.7;
    const azimuth = random.uniform(0, 2 * Math.PI);
    return {
      x: body.x + r * Math.cos(azimuth),
      y: body.y + 0.8 * r * Math.sin(azimuth),
      size: random.uniform(2, 8),
      brightness: patchiness * Math.min(260, 45 * random.uniform() ** -0.6),
      age: random.uniform(0, 0.35),
    };
  });
  return {
    bodies: [body],
    clumps: patches,
    oddity: { what: "irregular", strength: 0.3 + 0.5 * patchiness },
  };
}

/** An elliptical with a band of dust across, as Centaurus A has. */
export function dusty(random: Random): Scene {
  const body = elliptical(random, random.uniform(0.5, 0.85));
  const depth = random.uniform(1.2, 2.4);
  const { x, y, angle, radius } = body;
  return {
    bodies: [{ ...body, radius: 1.15 * radius, index: 2.2, age: 0.85 }],
    dust: [{
      x: x + random.normal(0, 1),
      y: y + random.normal(0, 1),
      angle: angle + random.normal(0, 0.2),
      length: 1.9 * radius,
      width: random.uniform(2.8, 4.2),
      depth,
    }],
    oddity: { what: "dust lane", strength: clamp(0.3 + 0.3 * depth, 0, 1) },
  };
}
