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
  /** Filters and outputs that one invocation of a convolution keeps at most. */
  readonly conv: { readonly filters: number; readonly outputs: number };
  /** Channels, and rows times columns of them, that one invocation of an input gradient keeps. */
  readonly convInputs: { readonly channels: number; readonly outputs: number };
  /** Channels and filters that one invocation of a weight gradient keeps, for a row of taps. */
  readonly convWeights: { readonly channels: number; readonly filters: number };
  /** Outputs, inputs (backward) and examples that one invocation of a dense layer keeps. */
  readonly dense: { readonly outputs: number; readonly inputs: number; readonly examples: number };
  /** Outputs whose errors one invocation of a dense update keeps, and rows that it loads together. */
  readonly denseUpdate: { readonly outputs: number; readonly rows: number };
  /** Workgroups that keep the whole adapter busy: sums over long axes are split to reach it. */
  readonly workgroups: number;
  /** Set where it pays to share what is read in a workgroup: see kernels/…_workgroup.wgsl. */
  readonly workgroup?: WorkgroupTiles;
  /** Set where a subgroup's handing round of loaded numbers pays: see kernels/…_broadcast.wgsl. */
  readonly broadcast?: BroadcastTiles;
  /** What was found better at some shapes of some kernels: see `tilesAt`. */
  readonly tuned?: TunedTiles;
}

/**
 * What replaces entries of a table of tiles, as `{ lanes: 64, conv: { filters: 4 } }`; null where a
 * group of entries is to be left out.
 */
export interface TileChoice {
  readonly [entry: string]: number | null | TileChoice;
}

/** Choices by kernel and shape: see `tileKey`. */
export interface TunedTiles {
  get(key: string): TileChoice | undefined;
}

/** Tiles of the kernels for GPUs. Lanes are powers of two. */
export interface WorkgroupTiles {
  /**
   * Lanes over the batch, filters and outputs that one invocation of a convolution keeps at most,
   * tiles of filters that share a workgroup, and tiles that keep the whole adapter busy: where there
   * would be fewer, they are made smaller.
   */
  readonly conv: {
    readonly lanes: number;
    readonly filters: number;
    readonly outputs: number;
    readonly groups: number;
    readonly tiles: number;
  };
  /**
   * Lanes over the batch, channels, and rows times columns of them, that one invocation of an input
   * gradient keeps at most, and such tiles of a workgroup.
   */
  readonly convInputs: {
    readonly lanes: number;
    readonly channels: number;
    readonly outputs: number;
    readonly groups: number;
  };
  /**
   * Lanes over the batch, channels and filters that one invocation of a weight gradient keeps at
   * most, and such tiles of a workgroup.
   */
  readonly convWeights: {
    readonly lanes: number;
    readonly channels: number;
    readonly filters: number;
    readonly groups: number;
  };
  /**
   * Lanes over the outputs, outputs and examples that one invocation of a dense product keeps at
   * most, rows of weights that it loads together, and slices of the sum that share a workgroup (a
   * power of two).
   */
  readonly dense: {
    readonly lanes: number;
    readonly outputs: number;
    readonly examples: number;
    readonly rows: number;
    readonly slices: number;
  };
  /**
   * Invocations, inputs and examples of a workgroup of a dense layer's input gradient at most, inputs
   * that one invocation keeps, and outputs that are in workgroup memory together.
   */
  readonly denseInputs: {
    readonly lanes: number;
    readonly inputs: number;
    readonly examples: number;
    readonly kept: number;
    readonly outputs: number;
  };
  /** Workgroups that keep the whole adapter busy. */
  readonly workgroups: number;
}

/** Tiles of the kernels for software adapters. */
export interface BroadcastTiles {
  /** Invocations of a subgroup, and of a workgroup. */
  readonly lanes: number;
  /**
   * Filters that an invocation of a convolution keeps at most, and products of each (its outputs times
   * the columns of the filter) in a round of its loop: code for more does not fit into the first-level
   * instruction cache.
   */
  readonly conv: { readonly filters: number; readonly products: number };
  /** Sums that an invocation of an input gradient keeps at most. */
  readonly convInputs: { readonly sums: number };
  /**
   * Filters and sums that an invocation of a weight gradient keeps at most; up to twice as many sums
   * where one invocation can then do all channels.
   */
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
  elementLanes: 256,
  conv: { filters: 8, outputs: 20 },
  convInputs: { channels: 8, outputs: 20 },
  convWeights: { channels: 4, filters: 8 },
  dense: { outputs: 32, inputs: 16, examples: 16 },
  denseUpdate: { outputs: 8, rows: 1 },
  workgroups: 16,
};

/**
 * A first choice for GPUs, by reasoning about one of 132 multiprocessors, not yet measured: `deno task
 * tune` measures others. Lanes: a warp reads whole lines of memory. Groups and slices: four warps to a
 * workgroup, which find in the first-level cache what another of them has read. 64 to 160 sums per
 * invocation leave registers for eight or more warps on each multiprocessor, and 512 workgroups are
 * four for each.
 */
export const GPU_TILES: Tiles = {
  lanes: 32,
  elementLanes: 64,
  conv: { filters: 8, outputs: 8 },
  convInputs: { channels: 4, outputs: 8 },
  convWeights: { channels: 4, filters: 8 },
  dense: { outputs: 4, inputs: 1, examples: 16 },
  denseUpdate: { outputs: 4, rows: 4 },
  workgroups: 1024,
  workgroup: {
    conv: { lanes: 32, filters: 8, outputs: 8, groups: 4, tiles: 1024 },
    convInputs: { lanes: 32, channels: 4, outputs: 8, groups: 4 },
    convWeights: { lanes: 32, channels: 4, filters: 8, groups: 4 },
    dense: { lanes: 32, outputs: 4, examples: 16, rows: 4, slices: 4 },
    denseInputs: { lanes: 128, inputs: 32, examples: 16, kept: 4, outputs: 64 },
    workgroups: 512,
  },
};

/** `SOFTWARE_TILES` for an adapter with subgroups of `lanes` invocations, measured there too. */
export function broadcastTiles(lanes: number): Tiles & { broadcast: BroadcastTiles } {
  return {
    ...SOFTWARE_TILES,
    broadcast: {
      lanes,
      conv: { filters: 16, products: 54 },
      convInputs: { sums: 320 },
      convWeights: { filters: 16, sums: 160 },
      dense: { outputs: 16, examples: 32, rows: 2, inputs: 8, updates: 16 },
      workgroups: SOFTWARE_TILES.workgroups,
    },
  };
}

const CHOSEN = new WeakMap<GPUDevice, TunedTiles>();

/** Has every network that is built on this device from now on use tuned tiles. */
export function useTuned({ device }: Gpu, tuned: TunedTiles) {
  CHOSEN.set(device, tuned);
}

/** The tiles for an adapter, with those that were tuned for it if they are in use. */
export function tilesFor(gpu: Pick<Gpu, "software" | "subgroup" | "device">): Tiles {
  const tuned = CHOSEN.get(gpu.device);
  return { ...defaultTiles(gpu), ...(tuned ? { tuned } : {}) };
}

/** The table for a kind of adapter. */
export function defaultTiles({ software, subgroup }: Pick<Gpu, "software" | "subgroup">): Tiles {
  if (!software) return GPU_TILES;
  return subgroup >= 4 ? broadcastTiles(subgroup) : SOFTWARE_TILES;
}

/**
 * Rounds that all loops of one invocation may make together: llvmpipe 22.3 ends the loops of an
 * invocation without a word after 65,535. Longer sums are split, or refused.
 */
export const MAX_ROUNDS = 65_535;

/** Vectors of four numbers in 16 KiB: the workgroup memory that every WebGPU adapter has. */
export const WORKGROUP_QUADS = 1024;

/** The largest divisor of `n` that is at most `limit`. */
export function largestDivisor(n: number, limit: number): number {
  for (let divisor = Math.min(n, limit); divisor > 1; divisor--) {
    if (n % divisor === 0) return divisor;
  }
  return 1;
}

/** Rows and columns of a tile of outputs, multiples of `side`, wide rather than high. */
export function outputTile(
  outputs: number,
  [rows, columns]: readonly [number, number],
  side: number,
): { TR: number; TW: number } {
  const TW = side * largestDivisor(columns / side, Math.floor(outputs / side / side));
  const TR = side * largestDivisor(rows / side, Math.floor(outputs / TW / side));
  return { TR, TW };
}

/** The largest multiple of 4 that divides `n` (itself a multiple of 4) and is at most `limit`. */
export function quadTile(n: number, limit: number): number {
  return 4 * largestDivisor(n / 4, Math.floor(limit / 4));
}

/** `n` rounded up to a multiple of 4: kernels handle filters and units in fours. */
export function quads(n: number): number {
  return Math.ceil(n / 4) * 4;
}

/** The largest power of two that is at most `limit`, at least 1. */
export function powerOfTwo(limit: number): number {
  return limit < 2 ? 1 : 2 ** Math.floor(Math.log2(limit));
}

/** Workgroup counts of an elementwise kernel over `count` elements, within 65,535 per dimension. */
export function linearGrid(count: number, lanes: number): [number, number] {
  const groups = Math.ceil(count / lanes);
  const rows = Math.ceil(groups / 65_535);
  return [Math.ceil(groups / rows), rows];
}
