/** The ways to compute a convolution's gradient with respect to its weights (docs/network.md §3). */
import naiveSource from "../../../kernels/conv2d/weight_gradient/naive.wgsl" with { type: "text" };
import subgroupSource from "../../../kernels/conv2d/weight_gradient/subgroup.wgsl" with {
  type: "text",
};
import workgroupSource from "../../../kernels/conv2d/weight_gradient/workgroup.wgsl" with {
  type: "text",
};
import { kernel } from "../../gpu/kernel.ts";
import { largestDivisor, MAX_ITERATIONS, vec4Tile, WORKGROUP_VEC4S } from "../tiles.ts";
import { type KernelPlan, kernelPlan, type Operation, type Variant } from "../variants.ts";
import { canShareLoads, CONV2D_CONSTANTS, type Conv2dShape, outputsOf } from "./shape.ts";

/** Makes SPLITS partial sums, which the update of the weights adds up. */
type Plan = KernelPlan<"x" | "dy" | "partial", "SPLITS">;

const BINDINGS = ["x", "dy", "partial"] as const;
const CONSTANTS = [...CONV2D_CONSTANTS, "SPLITS", "LANES"] as const;

const naiveKernel = kernel("conv2d/weight_gradient/naive", [naiveSource], BINDINGS, CONSTANTS);
const workgroupKernel = kernel("conv2d/weight_gradient/workgroup", [workgroupSource], BINDINGS, [
  ...CONSTANTS,
  ...["TC", "TF", "TJ", "TS", "GROUPS"] as const,
]);
const subgroupKernel = kernel("conv2d/weight_gradient/subgroup", [subgroupSource], BINDINGS, [
  ...CONSTANTS,
  ...["TM", "TF"] as const,
]);

/** The formula, a weight for each invocation. */
const naive: Variant<Conv2dShape, Plan, { lanes: number }> = {
  name: "naive",
  fits: () => true,
  tile: () => ({ lanes: 64 }),
  candidates: () => [],
  plan(shape, { lanes: LANES }) {
    const { C, K, F, N } = shape, { HO, WO } = outputsOf(shape);
    // An n takes an iteration, each of its rows of outputs one, each output of a row one.
    const SPLITS = Math.ceil(N / Math.floor(MAX_ITERATIONS / (1 + HO * (1 + WO))));
    const constants = { ...shape, HO, WO, SPLITS, LANES };
    const grid = [Math.ceil(F / LANES), C * K * K, SPLITS] as const;
    return kernelPlan(naiveKernel, constants, grid);
  },
};

type WorkgroupTile = {
  /** Invocations over n, a power of two. */
  readonly lanes: number;
  /** Channels and filters that an invocation keeps at most, for a filter row. */
  readonly channels: number;
  readonly filters: number;
  /** Outputs of a row that an iteration takes at most. */
  readonly outputs: number;
  /** Tiles of channels and filters that share a workgroup at most. */
  readonly groups: number;
  /** Workgroups that keep the whole adapter busy: sums are split to reach it. */
  readonly workgroups: number;
};

/** More iterations than the lanes take to add up. */
const TREE_ITERATIONS = 1024;

/** An invocation keeps a filter row of several channels and filters in registers. */
const workgroup: Variant<Conv2dShape, Plan, WorkgroupTile> = {
  name: "workgroup",
  fits: () => true,
  // For GPUs a first choice, not yet tuned: see forward.ts; 512 workgroups are four for each of 132
  // multiprocessors. A second output of an iteration takes a register more for each channel.
  tile: ({ software }) =>
    software
      ? { lanes: 8, channels: 4, filters: 8, outputs: 1, groups: 1, workgroups: 16 }
      : { lanes: 32, channels: 4, filters: 8, outputs: 2, groups: 4, workgroups: 512 },
  candidates(machine, shape) {
    if (!machine.software) return GPU_CANDIDATES;
    return canShareLoads(machine, shape) ? [] : SOFTWARE_CANDIDATES;
  },
  plan(shape, { lanes: LANES, channels, filters, outputs, groups, workgroups }) {
    const { C, K, F, N } = shape, { HO, WO } = outputsOf(shape);
    const TC = largestDivisor(C, channels);
    const TF = vec4Tile(F, filters);
    const TJ = largestDivisor(WO, outputs);
    const tiles = (C / TC) * (F / TF);
    const GROUPS = largestDivisor(tiles, groups);
    const room = Math.max(1, Math.floor(WORKGROUP_VEC4S / (GROUPS * LANES)));
    const TS = largestDivisor(TC * K * TF / 4, Math.min(LANES, room));
    // A row of outputs takes an iteration, each TJ of its outputs one.
    const rows = Math.ceil(N / LANES) * HO;
    const most = Math.floor((MAX_ITERATIONS - TREE_ITERATIONS) / (1 + WO / TJ));
    const needed = Math.ceil(rows / most);
    // A few more than fit at a time would have the adapter wait for those few.
    const wanted = Math.floor(workgroups / (tiles / GROUPS * K));
    const SPLITS = Math.min(rows, Math.max(needed, wanted));
    const constants = { ...shape, HO, WO, TC, TF, TJ, TS, GROUPS, SPLITS, LANES };
    return kernelPlan(workgroupKernel, constants, [tiles / GROUPS, K, SPLITS]);
  },
};
const SOFTWARE_CANDIDATES: Partial<WorkgroupTile>[] = [
  { channels: 2 },
  { channels: 8, filters: 4 },
  { filters: 16 },
];
const GPU_CANDIDATES: Partial<WorkgroupTile>[] = [
  { groups: 1 },
  { groups: 2 },
  { groups: 8 },
  { channels: 2 },
  { filters: 4 },
  { filters: 16 },
  { channels: 8 },
  { outputs: 1 },
  { outputs: 4 },
  { lanes: 64, groups: 2 },
  { workgroups: 256 },
  { workgroups: 1024 },
  { workgroups: 2048 },
];

type SubgroupTile = {
  /** Invocations of a subgroup, and of a workgroup. */
  readonly lanes: number;
  /**
   * Filters and sums that an invocation keeps at most; up to twice as many sums where one invocation
   * can then do all channels.
   */
  readonly filters: number;
  readonly sums: number;
  /** Workgroups that keep the whole adapter busy: sums are split to reach it. */
  readonly workgroups: number;
};

/** An invocation keeps filter rows of several channels, and a subgroup shares the loads of dy. */
const subgroup: Variant<Conv2dShape, Plan, SubgroupTile> = {
  name: "subgroup",
  fits: (machine, shape) => machine.software && canShareLoads(machine, shape),
  // Measured on llvmpipe (Mesa 22.3): see bench/RESULTS.md.
  tile: ({ subgroup }) => ({ lanes: subgroup, filters: 16, sums: 160, workgroups: 16 }),
  candidates(machine, shape) {
    if (!canShareLoads(machine, shape)) return [];
    if (!machine.software) return [{ filters: 8, sums: 96, workgroups: 512 }];
    return [{ filters: 8 }, { filters: 32 }, { sums: 96 }, { sums: 320 }, { workgroups: 32 }];
  },
  plan(shape, tile) {
    const { K, F, N } = shape, { HO, WO } = outputsOf(shape);
    const { TM, TF, groups } = pairsTile(tile, shape);
    // Each four n take an iteration, each of their rows one, each input of a row one; then each pair
    // and each of its columns.
    const rest = MAX_ITERATIONS - TM * (1 + K);
    const needed = Math.ceil(N / 4 / Math.floor(rest / (1 + HO * (K + WO))));
    const wanted = Math.ceil(tile.workgroups / (groups * F / TF));
    const SPLITS = Math.min(N / 4, Math.max(needed, wanted));
    const constants = { ...shape, HO, WO, TM, TF, SPLITS, LANES: tile.lanes };
    return kernelPlan(subgroupKernel, constants, [F / TF, groups, SPLITS]);
  },
};

/** Filters and vectors of (channel, filter row) pairs that an invocation keeps. */
function pairsTile({ lanes, filters, sums }: SubgroupTile, { C, K, F }: Conv2dShape) {
  const vectors = Math.ceil(C * K / lanes);
  const tile = (filters: number) => {
    const TF = vec4Tile(F, filters);
    const most = Math.max(1, Math.floor(sums / (K * TF)));
    // Few vectors, as of an image of three channels, share the loads of dy even then.
    const together = vectors * K * TF <= 2 * sums;
    const groups = together ? 1 : Math.ceil(vectors / most);
    const TM = Math.ceil(vectors / groups);
    return { TM, TF, groups, loads: groups * F / TF * (TM + Math.ceil(TF / lanes)) };
  };
  // Fewer filters where that takes fewer loads.
  const wide = tile(filters), narrow = tile(filters / 2);
  return wide.loads <= narrow.loads ? wide : narrow;
}

/** Partial sums of dw from x and dy. */
export const conv2dWeightGradient: Operation<Conv2dShape, Plan> = {
  name: "conv2d weight gradient",
  variants: [subgroup, workgroup, naive],
};
