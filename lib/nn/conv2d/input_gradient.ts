/** The ways to compute a convolution's gradient with respect to its input (docs/network.md §3). */
import naiveSource from "../../../kernels/conv2d/input_gradient/naive.wgsl" with { type: "text" };
import subgroupSource from "../../../kernels/conv2d/input_gradient/subgroup.wgsl" with {
  type: "text",
};
import workgroupSource from "../../../kernels/conv2d/input_gradient/workgroup.wgsl" with {
  type: "text",
};
import transposedSource from "../../../kernels/shared/transposed.wgsl" with { type: "text" };
import { kernel } from "../../gpu/kernel.ts";
import { largestDivisor, vec4Tile } from "../tiles.ts";
import { type KernelPlan, kernelPlan, type Operation, type Variant } from "../variants.ts";
import { canShareLoads, CONV2D_CONSTANTS, type Conv2dShape, outputsOf } from "./shape.ts";
import { sharing, SHARING_CONSTANTS, type SlicedTile, slicesOf } from "./slices.ts";

type Plan = KernelPlan<"dy" | "w" | "dx">;

const BINDINGS = ["dy", "w", "dx"] as const;
const CONSTANTS = [...CONV2D_CONSTANTS, "LANES"] as const;

const naiveKernel = kernel("conv2d/input_gradient/naive", [naiveSource], BINDINGS, CONSTANTS);
const workgroupKernel = kernel("conv2d/input_gradient/workgroup", [workgroupSource], BINDINGS, [
  ...CONSTANTS,
  ...SHARING_CONSTANTS,
  ...["TR", "TC", "TV"] as const,
]);
const subgroupKernel = kernel(
  "conv2d/input_gradient/subgroup",
  [transposedSource, subgroupSource],
  BINDINGS,
  [...CONSTANTS, "TC"],
);

/** The formula, an input for each invocation. */
const naive: Variant<Conv2dShape, Plan, { lanes: number }> = {
  name: "naive",
  fits: () => true,
  tile: () => ({ lanes: 64 }),
  candidates: () => [],
  plan(shape, { lanes: LANES }) {
    const { C, H, W, N } = shape;
    const constants = { ...shape, ...outputsOf(shape), LANES };
    return kernelPlan(naiveKernel, constants, [Math.ceil(N / LANES), H * W, C]);
  },
};

type WorkgroupTile = SlicedTile & {
  /**
   * Channels, and rows times columns of them, that an invocation keeps at most: fewer channels where a
   * single row is longer.
   */
  readonly channels: number;
  readonly inputs: number;
  /** Taps of a filter row whose weights are loaded together at most. */
  readonly taps: number;
};

/** Filters of a slice at least. */
const SLICE_FILTERS = 16;

/** An invocation keeps whole rows of several channels in registers. */
const workgroup: Variant<Conv2dShape, Plan, WorkgroupTile> = {
  name: "workgroup",
  fits: () => true,
  // For GPUs by the model of docs/paper-model.md: see forward.ts. More slices than there, since those
  // near the border have less to do; and two taps, whose registers leave room for 8 warps for sure.
  tile: ({ software }) =>
    software
      ? { lanes: 8, channels: 8, inputs: 20, taps: 1, groups: 1, slices: 1, tiles: 1 }
      : { lanes: 32, channels: 8, inputs: 8, taps: 2, groups: 4, slices: 8, tiles: 2048 },
  candidates(machine, shape) {
    if (!machine.software) return GPU_CANDIDATES;
    return canShareLoads(machine, shape) ? [] : SOFTWARE_CANDIDATES;
  },
  plan(shape, tile) {
    const { C, H, W, K, F, N } = shape, { lanes: LANES, channels, inputs } = tile;
    const TR = largestDivisor(H, Math.max(1, Math.floor(inputs / W)));
    const TC = vec4Tile(C, Math.min(channels, channels * inputs / (TR * W)));
    const [x, y, z] = [Math.ceil(N / LANES), C / TC, H / TR];
    const SLICES = slicesOf(x * y * z, F / SLICE_FILTERS, tile);
    const shared = sharing(y, SLICES, TR * W * TC / 4, tile);
    const TV = Math.min(K, tile.taps);
    const constants = { ...shape, ...outputsOf(shape), TR, TC, TV, ...shared, LANES };
    return kernelPlan(workgroupKernel, constants, [x, y / shared.GROUPS, z]);
  },
};
const SOFTWARE_CANDIDATES: Partial<WorkgroupTile>[] = [
  { channels: 4 },
  { inputs: 10 },
  { inputs: 40 },
];
const GPU_CANDIDATES: Partial<WorkgroupTile>[] = [
  { slices: 1 },
  { tiles: 1024 },
  { tiles: 4096 },
  { taps: 1 },
  { taps: 3 },
  { channels: 4 },
  { channels: 4, slices: 1 },
  { inputs: 16 },
  { inputs: 20 },
  { groups: 2 },
  { groups: 8 },
  { lanes: 64 },
];

type SubgroupTile = {
  /** Invocations of a subgroup, and of a workgroup. */
  readonly lanes: number;
  /** Sums that an invocation keeps at most. */
  readonly sums: number;
};

/** An invocation keeps a whole row of several channels, and a subgroup shares its loads. */
const subgroup: Variant<Conv2dShape, Plan, SubgroupTile> = {
  name: "subgroup",
  fits: (machine, shape) => machine.software && canShareLoads(machine, shape),
  // Measured on llvmpipe (Mesa 22.3): see bench/RESULTS.md.
  tile: ({ subgroup }) => ({ lanes: subgroup, sums: 320 }),
  candidates(machine, shape) {
    if (!canShareLoads(machine, shape)) return [];
    return machine.software
      ? [{ sums: 80 }, { sums: 160 }, { sums: 240 }, { sums: 480 }]
      : [{ sums: 80 }];
  },
  plan(shape, { lanes: LANES, sums }) {
    const { C, H, W, N } = shape;
    const TC = vec4Tile(C, sums / W);
    const constants = { ...shape, ...outputsOf(shape), TC, LANES };
    return kernelPlan(subgroupKernel, constants, [Math.ceil(N / LANES), H, C / TC]);
  },
};

/** dx from dy and w. */
export const conv2dInputGradient: Operation<Conv2dShape, Plan> = {
  name: "conv2d input gradient",
  variants: [subgroup, workgroup, naive],
};
