/**
 * Tile sizes by kind of adapter. What is fast on a GPU is slow on a software adapter: llvmpipe pays
 * for every load and every workgroup and likes long unrolled rows; a GPU wants many more, smaller
 * invocations to hide its latencies.
 */
import type { Gpu } from "../gpu/device.ts";

export interface Tiles {
  /** Invocations of a workgroup where they run over the batch or the outputs of a dense layer. */
  readonly lanes: number;
  /** Invocations of a workgroup of an elementwise kernel. */
  readonly elementLanes: number;
  /** Filters (or input channels, backward) and outputs that one invocation of a convolution keeps. */
  readonly conv: { readonly filters: number; readonly outputs: number };
  /** Channels and filters that one invocation of a weight gradient keeps, for a row of taps. */
  readonly convWeights: { readonly channels: number; readonly filters: number };
  /** Outputs, inputs (backward) and examples that one invocation of a dense layer keeps. */
  readonly dense: { readonly outputs: number; readonly inputs: number; readonly examples: number };
  /** Workgroups that keep the whole adapter busy: sums over long axes are split to reach it. */
  readonly workgroups: number;
  /** Set where a subgroup's handing round of loaded numbers pays: see kernels/…_broadcast.wgsl. */
  readonly broadcast?: BroadcastTiles;
}

/** Tiles of the kernels for software adapters. */
export interface BroadcastTiles {
  /** Invocations of a subgroup, and of a workgroup. */
  readonly lanes: number;
  /** Filters, outputs and columns of outputs that an invocation of a convolution keeps at most. */
  readonly conv: { readonly filters: number; readonly outputs: number; readonly columns: number };
  /** Sums that an invocation of an input gradient keeps at most. */
  readonly convInputs: { readonly sums: number };
  /** Filters and sums that an invocation of a weight gradient keeps at most. */
  readonly convWeights: { readonly filters: number; readonly sums: number };
  /**
   * Outputs, examples, rows of weights at a time, inputs (backward), and outputs whose weights it
   * updates, that an invocation of a dense layer keeps at most.
   */
  readonly dense: {
    readonly outputs: number;
    readonly examples: number;
    readonly rows: number;
    readonly inputs: number;
    readonly updates: number;
  };
  /** Workgroups that keep the whole adapter busy. */
  readonly workgroups: number;
}

/** Measured on llvmpipe (Mesa 22.3): see tests/bench/RESULTS.md. */
export const SOFTWARE_TILES: Tiles = {
  lanes: 8,
  elementLanes: 64,
  conv: { filters: 8, outputs: 20 },
  convWeights: { channels: 4, filters: 8 },
  dense: { outputs: 32, inputs: 16, examples: 16 },
  workgroups: 16,
};

/** A first choice for GPUs, chosen by reasoning about registers and occupancy, not yet measured. */
export const GPU_TILES: Tiles = {
  lanes: 64,
  elementLanes: 64,
  conv: { filters: 8, outputs: 8 },
  convWeights: { channels: 4, filters: 8 },
  dense: { outputs: 4, inputs: 1, examples: 16 },
  workgroups: 1024,
};

/** `SOFTWARE_TILES` for an adapter with subgroups of `lanes` invocations, measured there too. */
export function broadcastTiles(lanes: number): Tiles {
  return {
    ...SOFTWARE_TILES,
    broadcast: {
      lanes,
      conv: { filters: 16, outputs: 16, columns: 8 },
      convInputs: { sums: 320 },
      convWeights: { filters: 16, sums: 160 },
      dense: { outputs: 16, examples: 16, rows: 2, inputs: 8, updates: 8 },
      workgroups: SOFTWARE_TILES.workgroups,
    },
  };
}

/** The tiles for an adapter. */
export function tilesFor({ software, subgroup }: Pick<Gpu, "software" | "subgroup">): Tiles {
  if (!software) return GPU_TILES;
  return subgroup >= 4 ? broadcastTiles(subgroup) : SOFTWARE_TILES;
}

/**
 * Rounds that all loops of one invocation may make together: llvmpipe 22.3 ends the loops of an
 * invocation without a word after 65,535. Longer sums are split, or refused.
 */
export const MAX_ROUNDS = 65_535;

/** The largest divisor of `n` that is at most `limit`. */
export function largestDivisor(n: number, limit: number): number {
  for (let divisor = Math.min(n, limit); divisor > 1; divisor--) {
    if (n % divisor === 0) return divisor;
  }
  return 1;
}

/** The largest multiple of 4 that divides `n` (itself a multiple of 4) and is at most `limit`. */
export function quadTile(n: number, limit: number): number {
  return 4 * largestDivisor(n / 4, Math.floor(limit / 4));
}

/** `n` rounded up to a multiple of 4: kernels handle filters and units in fours. */
export function quads(n: number): number {
  return Math.ceil(n / 4) * 4;
}

/** Workgroup counts of an elementwise kernel over `count` elements, within 65,535 per dimension. */
export function linearGrid(count: number, lanes: number): [number, number] {
  const groups = Math.ceil(count / lanes);
  const rows = Math.ceil(groups / 65_535);
  return [Math.ceil(groups / rows), rows];
}
