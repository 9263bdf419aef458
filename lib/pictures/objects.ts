/** Objects of a picture: connected pixels that are brighter than the sky (docs/pictures.md §4). */
import type { Plane } from "./light.ts";

export interface Objects {
  /** For every pixel, 0 where there is sky, otherwise the number of its object, from 1. */
  labels: Int32Array;
  /** By number, from 1: pixels, and where they are on the average. */
  areas: number[];
  x: number[];
  y: number[];
}

/** Objects of fewer pixels are noise. */
export const LEAST_AREA = 5;

/**
 * Pixels above a threshold that touch each other, also at their corners. Objects of fewer than
 * `LEAST_AREA` pixels count as sky.
 */
export function findObjects({ width, height, values }: Plane, threshold: number): Objects {
  const labels = new Int32Array(values.length);
  const objects: Objects = { labels, areas: [0], x: [0], y: [0] };
  const stack: number[] = [];
  for (let start = 0; start < values.length; start++) {
    if (labels[start] !== 0 || !(values[start] > threshold)) continue;
    const label = objects.areas.length;
    let [sumX, sumY] = [0, 0];
    const members: number[] = [];
    labels[start] = label;
    stack.push(start);
    while (stack.length > 0) {
      const at = stack.pop()!;
      const [x, y] = [at % width, Math.floor(at / width)];
      members.push(at);
      sumX += x;
      sumY += y;
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const next = row * width + column;
          if (labels[next] !== 0 || !(values[next] > threshold)) continue;
          labels[next] = label;
          stack.push(next);
        }
      }
    }
    if (members.length < LEAST_AREA) {
      for (const at of members) labels[at] = -1; // looked at, and no object
      continue;
    }
    objects.areas.push(members.length);
    objects.x.push(sumX / members.length);
    objects.y.push(sumY / members.length);
  }
  for (let at = 0; at < labels.length; at++) if (labels[at] < 0) labels[at] = 0;
  return objects;
}

/**
 * The galaxy among the objects, as the `pysex` models choose it: the one with the largest area times
 * closeness to the middle, exp(−d² / 2 spread²).
 * @returns its number; 0 where there is no object
 */
export function centralLabel(
  { areas, x, y }: Objects,
  { width, height }: Plane,
  spread: number,
): number {
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  let [best, bestScore] = [0, 0];
  for (let label = 1; label < areas.length; label++) {
    const distance2 = (x[label] - middleX) ** 2 + (y[label] - middleY) ** 2;
    // A little for those that are far away as well: there may be no others.
    const score = areas[label] * (Math.exp(-distance2 / (2 * spread ** 2)) + 1e-9);
    if (score > bestScore) [best, bestScore] = [label, score];
  }
  return best;
}
