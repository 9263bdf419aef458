/** Shapes of convolutions (docs/network.md §3). */
import type { Machine } from "../variants.ts";

/** Stored channels and filters, square filters of side K, input of H × W, batch. */
export interface Conv2dShape {
  readonly C: number;
  readonly H: number;
  readonly W: number;
  readonly K: number;
  readonly F: number;
  readonly N: number;
}

/** Names of the sizes: constants of all kernels, with those of `outputsOf`. */
export const CONV2D_CONSTANTS = ["C", "H", "W", "K", "F", "N", "HO", "WO"] as const;

/** Height and width of the outputs, as constants. */
export function outputsOf({ H, W, K }: Conv2dShape): { HO: number; WO: number } {
  return { HO: H - K + 1, WO: W - K + 1 };
}

/** Whether the `subgroup` kernels can run: they know the size of a subgroup, and take n in fours. */
export function canShareLoads({ subgroup }: Machine, { N }: Conv2dShape): boolean {
  return subgroup >= 4 && N % 4 === 0;
}
