/** How many invocations of a workgroup share the sums of a tile, where there are few tiles. */
import { largestDivisor, powerOfTwo, WORKGROUP_VEC4S } from "../tiles.ts";

/** Invocations of a workgroup that every WebGPU adapter has. */
const WORKGROUP_INVOCATIONS = 256;

/** Entries of a tile. */
export type SlicedTile = {
  /** Invocations over n. */
  readonly lanes: number;
  /** Tiles that share a workgroup, with the slices of each, at most. */
  readonly groups: number;
  /** Slices into which the sums of a tile are cut at most, one for each invocation. */
  readonly slices: number;
  /** Slices of all tiles together that keep the whole adapter busy: where there are fewer, more are cut. */
  readonly tiles: number;
};

/**
 * Slices of each of `count` tiles, a power of two.
 * @param longest the most that sums are worth cutting into
 */
export function slicesOf(
  count: number,
  longest: number,
  { lanes, slices, tiles }: SlicedTile,
): number {
  const most = Math.min(slices, WORKGROUP_INVOCATIONS / lanes, longest);
  return powerOfTwo(Math.min(most, 2 * Math.ceil(tiles / count) - 1));
}

/**
 * Constants of a kernel whose workgroups put slices of sums together, TS vec4s of them at a time.
 * @param count tiles that could share a workgroup
 * @param sums vec4s of an invocation
 */
export function sharing(
  count: number,
  SLICES: number,
  sums: number,
  { lanes, groups }: SlicedTile,
): Record<"SLICES" | "HALVINGS" | "GROUPS" | "TS", number> {
  const GROUPS = largestDivisor(count, Math.min(groups, WORKGROUP_INVOCATIONS / lanes) / SLICES);
  const room = WORKGROUP_VEC4S / (GROUPS * lanes * Math.max(1, SLICES / 2));
  return { SLICES, HALVINGS: Math.log2(SLICES), GROUPS, TS: largestDivisor(sums, room) };
}

/** Names of these constants. */
export const SHARING_CONSTANTS = ["SLICES", "HALVINGS", "GROUPS", "TS"] as const;
