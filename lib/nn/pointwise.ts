/** Grids of kernels whose invocations each compute one element, or go through one column. */
import { linearGrid, type Tiles } from "./tiles.ts";

/** Invocations of a workgroup of such kernels. */
export type Lanes = Pick<Tiles, "lanes" | "elementLanes">;

/** The constant and the grid of a kernel with one invocation for each of `count` elements. */
export function elementGrid({ elementLanes: LANES }: Pick<Lanes, "elementLanes">, count: number) {
  return { LANES, workgroups: linearGrid(count, LANES) };
}

/** The same of a kernel with one invocation for each of `count` columns. */
export function columnGrid({ lanes: LANES }: Pick<Lanes, "lanes">, count: number) {
  return { LANES, workgroups: linearGrid(count, LANES) };
}

/** Terms of a sum that are loaded together at most. */
const MOST_TOGETHER = 8;

/** Terms of a long sum that an invocation loads together, so that few beyond the last are. */
export function together(terms: number): number {
  return Math.ceil(terms / Math.ceil(terms / MOST_TOGETHER));
}
