/** The ways to compute a convolution, the preferred one first (docs/network.md §3). */
import naiveSource from "../../../kernels/conv2d/forward/naive.wgsl" with { type: "text" };
import subgroupSource from "../../../kernels/conv2d/forward/subgroup.wgsl" with { type: "text" };
import workgroupSource from "../../../kernels/conv2d/forward/workgroup.wgsl" with { type: "text" };
import transposedSource from "../../../kernels/shared/transposed.wgsl" with { type: "text" };
import { kernel } from "../../gpu/kernel.ts";
import { largestDivisor, vec4Tile } from "../tiles.ts";
import { type KernelPlan, kernelPlan, type Operation, type Variant } from "../variants.ts";
import { canShareLoads, CONV2D_CONSTANTS, type Conv2dShape, outputsOf } from "./shape.ts";
import { sharing, SHARING_CONSTANTS, type SlicedTile, slicesOf } from "./slices.ts";

/** A convolution, and what happens to its sums and biases. */
export interface ForwardShape extends Conv2dShape {
  /** 1 for a ReLU. */
  readonly RELU: 0 | 1;
  /** 2 for max-pooling of 2×2 outputs, which are not kept. */
  readonly SIDE: 1 | 2;
}

type Plan = KernelPlan<"x" | "w" | "b" | "y">;

const BINDINGS = ["x", "w", "b", "y"] as const;
const CONSTANTS = [...CONV2D_CONSTANTS, "RELU", "SIDE", "LANES"] as const;

const naiveKernel = kernel("conv2d/forward/naive", [naiveSource], BINDINGS, CONSTANTS);
const workgroupKernel = kernel("conv2d/forward/workgroup", [workgroupSource], BINDINGS, [
  ...CONSTANTS,
  ...SHARING_CONSTANTS,
  ...["TR", "TW", "TF"] as const,
]);
const subgroupKernel = kernel(
  "conv2d/forward/subgroup",
  [transposedSource, subgroupSource],
  BINDINGS,
  [...CONSTANTS, ...["TR", "TW", "TF", "JB"] as const],
);

/** The formula, an output for each invocation. */
const naive: Variant<ForwardShape, Plan, { lanes: number }> = {
  name: "naive",
  fits: () => true,
  tile: () => ({ lanes: 64 }),
  candidates: () => [],
  plan(shape, { lanes: LANES }) {
    const { F, N, SIDE } = shape, { HO, WO } = outputsOf(shape);
    const grid = [Math.ceil(N / LANES), HO / SIDE * (WO / SIDE), F] as const;
    return kernelPlan(naiveKernel, { ...shape, HO, WO, LANES }, grid);
  },
};

type WorkgroupTile = SlicedTile & {
  /** Filters, and outputs of each, that an invocation keeps at most; fewer if slices do not suffice. */
  readonly filters: number;
  readonly outputs: number;
};

/** Below so many sums, smaller tiles are no way to keep an adapter busy. */
const FEWEST_SUMS = 16;
/** Channels of a slice at least. */
const SLICE_CHANNELS = 8;

/** An invocation keeps many outputs of many filters in registers. */
const workgroup: Variant<ForwardShape, Plan, WorkgroupTile> = {
  name: "workgroup",
  fits: () => true,
  // For GPUs by the model of docs/paper-model.md: a warp reads whole lines of memory; four of them find
  // in the first-level cache what another has read; 64 sums leave registers for 16 warps on each
  // multiprocessor, and 1,536 slices are nearly 12 for each of 132.
  tile: ({ software }) =>
    software
      ? { lanes: 8, filters: 8, outputs: 20, groups: 1, slices: 1, tiles: 1 }
      : { lanes: 32, filters: 8, outputs: 8, groups: 4, slices: 8, tiles: 1536 },
  candidates(machine, shape) {
    if (!machine.software) return GPU_CANDIDATES;
    return canShareLoads(machine, shape) ? [] : SOFTWARE_CANDIDATES;
  },
  plan(shape, tile) {
    const { lanes: LANES, tiles } = tile, { C, F, N, SIDE } = shape, { HO, WO } = outputsOf(shape);
    let { outputs, filters } = tile;
    for (;;) {
      const { TR, TW } = wideTile(outputs, [HO, WO], SIDE);
      const TF = vec4Tile(F, filters);
      const [x, y, z] = [Math.ceil(N / LANES), HO / TR * (WO / TW), F / TF];
      const SLICES = slicesOf(x * y * z, C / SLICE_CHANNELS, tile);
      if (x * y * z * SLICES >= tiles || TR * TW * TF <= FEWEST_SUMS) {
        const shared = sharing(z, SLICES, TR * TW * TF / 4, tile);
        const constants = { ...shape, HO, WO, TR, TW, TF, ...shared, LANES };
        return kernelPlan(workgroupKernel, constants, [x, y, z / shared.GROUPS]);
      }
      if (TR * TW >= TF) outputs = Math.floor(TR * TW / 2);
      else filters = TF / 2;
    }
  },
};
const SOFTWARE_CANDIDATES: Partial<WorkgroupTile>[] = [
  { filters: 4 },
  { outputs: 10 },
  { filters: 16, outputs: 10 },
  { filters: 16 },
];
/** More and less per invocation and per workgroup; with `tiles` 1 nothing is cut into more of them. */
const GPU_CANDIDATES: Partial<WorkgroupTile>[] = [
  { tiles: 1, filters: 4, outputs: 4 },
  { tiles: 1, filters: 4 },
  { tiles: 1, outputs: 4 },
  { tiles: 1 },
  { tiles: 1, outputs: 16 },
  { tiles: 1, filters: 16, groups: 2 },
  { slices: 1 },
  { tiles: 768 },
  { tiles: 3072 },
  { outputs: 16 },
  { groups: 1 },
  { groups: 2 },
  { groups: 8 },
  { lanes: 64, groups: 2 },
];

/** Rows and columns of a tile of outputs, multiples of `side`, wide rather than high. */
function wideTile(
  outputs: number,
  [rows, columns]: readonly [number, number],
  side: number,
): { TR: number; TW: number } {
  const TW = side * largestDivisor(columns / side, Math.floor(outputs / side / side));
  const TR = side * largestDivisor(rows / side, Math.floor(outputs / TW / side));
  return { TR, TW };
}

type SubgroupTile = {
  /** Invocations of a subgroup, and of a workgroup. */
  readonly lanes: number;
  /** Filters that an invocation keeps at most. */
  readonly filters: number;
  /**
   * Outputs of each filter times columns of the filter, at most: code for the products of more does
   * not fit into the first-level instruction cache.
   */
  readonly products: number;
};

/** As `workgroup`, and the invocations of a subgroup share their loads. */
const subgroup: Variant<ForwardShape, Plan, SubgroupTile> = {
  name: "subgroup",
  fits: (machine, shape) => machine.software && canShareLoads(machine, shape),
  // Measured on llvmpipe (Mesa 22.3): see bench/RESULTS.md.
  tile: ({ subgroup }) => ({ lanes: subgroup, filters: 16, products: 54 }),
  candidates(machine, shape) {
    if (!canShareLoads(machine, shape)) return [];
    if (!machine.software) return [{ filters: 8, products: 40 }];
    return [
      { filters: 8 },
      { filters: 8, products: 96 },
      { products: 24 },
      { products: 96 },
      { filters: 32, products: 24 },
    ];
  },
  plan(shape, { lanes: LANES, filters, products }) {
    const { K, F, N } = shape, { HO, WO } = outputsOf(shape);
    const { TR, TW } = leastReadTile(products / K, shape);
    const TF = vec4Tile(F, filters);
    const constants = { ...shape, HO, WO, TR, TW, TF, JB: largestDivisor(TW, 2), LANES };
    const grid = [Math.ceil(N / LANES), HO / TR * (WO / TW), F / TF] as const;
    return kernelPlan(subgroupKernel, constants, grid);
  },
};

/**
 * Rows and columns of outputs of an invocation, multiples of SIDE: as many outputs as there are up to
 * `most`, or else SIDE × SIDE, and of such tiles the one for which the fewest inputs are read.
 */
function leastReadTile(most: number, shape: ForwardShape): { TR: number; TW: number } {
  const { K } = shape, { HO, WO } = outputsOf(shape);
  const side: number = shape.SIDE;
  let best = { TR: side, TW: side };
  const inputs = ({ TR, TW }: typeof best) => (TR + K - 1) * (TW + K - 1) / (TR * TW);
  const outputs = ({ TR, TW }: typeof best) => TR * TW;
  for (let TR = side; TR <= HO; TR += side) {
    for (let TW = side; TW <= WO && TR * TW <= most; TW += side) {
      if (HO % TR || WO % TW) continue;
      const tile = { TR, TW };
      const more = outputs(tile) - outputs(best);
      if (more > 0 || more === 0 && inputs(tile) < inputs(best)) best = tile;
    }
  }
  return best;
}

/** y = relu(x ⋆ w + b), pooled where SIDE is 2. */
export const conv2dForward: Operation<ForwardShape, Plan> = {
  name: "conv2d forward",
  variants: [subgroup, workgroup, naive],
};
