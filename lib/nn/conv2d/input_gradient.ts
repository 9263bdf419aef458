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

type Plan = KernelPlan<"dy" | "w" | "dx">;

const BINDINGS = ["dy", "w", "dx"] as const;
const CONSTANTS = [...CONV2D_CONSTANTS, "LANES"] as const;

const naiveKernel = kernel("conv2d/input_gradient/naive", [naiveSource], BINDINGS, CONSTANTS);
const workgroupKernel = kernel("conv2d/input_gradient/workgroup", [workgroupSource], BINDINGS, [
  ...CONSTANTS,
  ...["TR", "TC", "GROUPS"] as const,
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

type WorkgroupTile = {
  /** Invocations over n. */
  readonly lanes: number;
  /** Channels, and rows times columns of them, that an invocation keeps at most. */
  readonly channels: number;
  readonly inputs: number;
  /** Tiles of channels that share a workgroup at most. */
  readonly groups: number;
};

/** An invocation keeps whole rows of several channels in registers. */
const workgroup: Variant<Conv2dShape, Plan, WorkgroupTile> = {
  name: "workgroup",
  fits: () => true,
  // For GPUs a first choice, not yet tuned: see forward.ts.
  tile: ({ software }) =>
    software
      ? { lanes: 8, channels: 8, inputs: 20, groups: 1 }
      : { lanes: 32, channels: 4, inputs: 8, groups: 4 },
  candidates(machine, shape) {
    if (!machine.software) return GPU_CANDIDATES;
    return canShareLoads(machine, shape) ? [] : SOFTWARE_CANDIDATES;
  },
  plan(shape, { lanes: LANES, channels, inputs, groups }) {
    const { C, H, W, N } = shape;
    const TR = largestDivisor(H, Math.max(1, Math.floor(inputs / W)));
    const TC = vec4Tile(C, channels);
    const GROUPS = largestDivisor(C / TC, groups);
    const constants = { ...shape, ...outputsOf(shape), TR, TC, GROUPS, LANES };
    const grid = [Math.ceil(N / LANES), H / TR, C / TC / GROUPS] as const;
    return kernelPlan(workgroupKernel, constants, grid);
  },
};
const SOFTWARE_CANDIDATES: Partial<WorkgroupTile>[] = [
  { channels: 4 },
  { inputs: 10 },
  { inputs: 40 },
];
const GPU_CANDIDATES: Partial<WorkgroupTile>[] = [
  { groups: 1 },
  { groups: 2 },
  { groups: 8 },
  { channels: 8 },
  { channels: 8, groups: 1 },
  { channels: 8, groups: 2 },
  { inputs: 16 },
  { lanes: 64 },
  { lanes: 64, groups: 1 },
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
