/**
 * What is usual in Galaxy Zoo's pictures: the 0.5 %, 50 % and 99.5 % quantiles of what
 * `describePicture` tells of 2000 of them. Written by tests/pictures/measure_usual.ts.
 */
import type { Statistics } from "./describe.ts";

export const USUAL: Readonly<
  Record<keyof Statistics, readonly [low: number, median: number, high: number]>
> = {
  sky: [1, 3.333, 18.33],
  skyColour: [-1, 2, 12],
  noise: [0.3354, 0.9923, 2.893],
  brightness: [17.82, 64.14, 117.8],
  red: [0.2711, 0.4009, 0.4934],
  blue: [0.1591, 0.2646, 0.4245],
  radius: [36.18, 49.88, 137.8],
  offset: [0.5812, 2.871, 29.72],
  concentration: [0.2939, 0.3984, 0.5693],
  asymmetry: [0.01584, 0.05429, 0.4674],
  share: [0.03064, 0.1035, 0.408],
  others: [3, 36, 80],
  saturated: [0, 0, 0.0042],
};
