/** The ways to compute a dense layer's gradient with respect to its input (docs/network.md §5). */
import naiveSource from "../../../kernels/dense/input_gradient/naive.wgsl" with { type: "text" };
import registersSource from "../../../kernels/dense/input_gradient/registers.wgsl" with {
  type: "text",
};
import subgroupSource from "../../../kernels/dense/input_gradient/subgroup.wgsl" with {
  type: "text",
};
import workgroupSource from "../../../kernels/dense/input_gradient/workgroup.wgsl" with {
  type: "text",
};
import gridSource from "../../../kernels/shared/grid.wgsl" with { type: "text" };
import { kernel } from "../../gpu/kernel.ts";
import { largestDivisor, linearGrid, powerOfTwo, vec4Tile, WORKGROUP_VEC4S } from "../tiles.ts";
import type { Operation, Variant } from "../variants.ts";
import { canShareLoads, type DenseShape, type PanelPlan, panelPlan } from "./shape.ts";

type Plan = PanelPlan<"dy" | "w" | "dx">;

const BINDINGS = ["dy", "w", "dx"] as const;
const CONSTANTS = ["K", "O", "B"] as const;

const naiveKernel = kernel("dense/input_gradient/naive", [gridSource, naiveSource], BINDINGS, [
  ...CONSTANTS,
  "LANES",
]);
const registersKernel = kernel("dense/input_gradient/registers", [registersSource], BINDINGS, [
  ...CONSTANTS,
  ...["TK", "TB", "LANES"] as const,
]);
const workgroupKernel = kernel("dense/input_gradient/workgroup", [workgroupSource], BINDINGS, [
  ...CONSTANTS,
  ...["TK", "MK", "TB", "TO", "SLICES"] as const,
]);
const subgroupKernel = kernel("dense/input_gradient/subgroup", [subgroupSource], BINDINGS, [
  ...CONSTANTS,
  ...["TK", "TB", "LANES"] as const,
]);

/** The formula, an input for each invocation. */
const naive: Variant<DenseShape, Plan, { lanes: number }> = {
  name: "naive",
  fits: () => true,
  tile: () => ({ lanes: 64 }),
  candidates: () => [],
  plan: ({ O, B }, { lanes: LANES }) => (K) =>
    panelPlan(naiveKernel, { K, O, B, LANES }, linearGrid(K * B, LANES)),
};

type RegistersTile = {
  /** Invocations over the inputs. */
  readonly lanes: number;
  /** Inputs, and examples of each, that an invocation keeps at most. */
  readonly inputs: number;
  readonly examples: number;
};

/** An invocation keeps many sums in registers: for any batch. */
const registers: Variant<DenseShape, Plan, RegistersTile> = {
  name: "registers",
  fits: () => true,
  tile: ({ software }) =>
    software ? { lanes: 8, inputs: 16, examples: 16 } : { lanes: 32, inputs: 1, examples: 16 },
  candidates: (machine, shape) =>
    machine.software && !canShareLoads(machine, shape) ? SOFTWARE_CANDIDATES : [],
  plan({ O, B }, { lanes: LANES, inputs, examples }) {
    const TB = largestDivisor(B, examples);
    return (K) => {
      const { TK, x } = inputTile(K, inputs, LANES);
      return panelPlan(registersKernel, { K, O, B, TK, TB, LANES }, [x, B / TB]);
    };
  },
};
const SOFTWARE_CANDIDATES: Partial<RegistersTile>[] = [
  { inputs: 4 },
  { inputs: 8 },
  { inputs: 32 },
];

/** Inputs of an invocation, and workgroups over them. */
function inputTile(K: number, inputs: number, lanes: number) {
  const TK = Math.max(1, Math.min(inputs, Math.floor(K / lanes)));
  return { TK, x: Math.ceil(K / TK / lanes) };
}

type WorkgroupTile = {
  /** Invocations, inputs and examples of a workgroup at most. */
  readonly lanes: number;
  readonly inputs: number;
  readonly examples: number;
  /** Inputs that an invocation keeps. */
  readonly kept: number;
  /** Outputs whose weights are in workgroup memory together. */
  readonly outputs: number;
  /** Workgroups that keep the whole adapter busy: where there would be fewer, they are made smaller. */
  readonly workgroups: number;
};

/** A workgroup reads whole lines of weights into its memory. */
const workgroup: Variant<DenseShape, Plan, WorkgroupTile> = {
  name: "workgroup",
  fits: ({ software }, { B }) => !software && B % 4 === 0,
  // A first choice, not yet tuned: see forward.ts.
  tile: () => ({ lanes: 128, inputs: 32, examples: 16, kept: 4, outputs: 64, workgroups: 512 }),
  candidates: ({ software }, { B }) => software || B % 4 ? [] : GPU_CANDIDATES,
  plan({ O, B }, { lanes, inputs, examples, kept: MK, outputs, workgroups }) {
    const TB = vec4Tile(B, examples);
    const columns = TB / 4; // of invocations, a vec4 of examples each
    return (K) => {
      // Fewer inputs together mean that dy is read more often, but an idle GPU is worse.
      let rows = powerOfTwo(inputs / MK);
      while (rows > 2 && Math.ceil(K / (rows * MK)) * B / TB < workgroups) rows /= 2;
      const TK = rows * MK;
      let TO = powerOfTwo(outputs);
      while (TO > 4 && TK * (TO / 4 + 1) + TO * columns > WORKGROUP_VEC4S) TO /= 2;
      let SLICES = powerOfTwo(Math.min(TO / 4, lanes / (rows * columns)));
      // At the end half of the invocations hand their sums over where the weights were.
      while (MK * rows * columns * SLICES / 2 + TO * columns > WORKGROUP_VEC4S) SLICES /= 2;
      const constants = { K, O, B, TK, MK, TB, TO, SLICES };
      return panelPlan(workgroupKernel, constants, [Math.ceil(K / TK), B / TB]);
    };
  },
};
/** More and less per invocation and per workgroup. */
const GPU_CANDIDATES: Partial<WorkgroupTile>[] = [
  { inputs: 8 },
  { inputs: 16 },
  { inputs: 64, kept: 8 },
  { kept: 8 },
  { kept: 2 },
  { lanes: 64 },
  { lanes: 256 },
  { outputs: 32 },
  { lanes: 256, outputs: 128, inputs: 16 },
  { workgroups: 256 },
  { workgroups: 1024 },
];

/** As `registers`, and a subgroup shares the loads of dy. */
const subgroup: Variant<DenseShape, Plan, RegistersTile> = {
  name: "subgroup",
  fits: (machine, shape) => machine.software && canShareLoads(machine, shape),
  // Measured on llvmpipe (Mesa 22.3): see bench/RESULTS.md.
  tile: ({ subgroup }) => ({ lanes: subgroup, inputs: 8, examples: 32 }),
  candidates(machine, shape) {
    if (!canShareLoads(machine, shape)) return [];
    if (!machine.software) return [{ inputs: 4, examples: 16 }];
    return [{ inputs: 4 }, { inputs: 16 }, { examples: 16 }];
  },
  plan({ O, B }, { lanes: LANES, inputs, examples }) {
    const TB = vec4Tile(B, examples);
    return (K) => {
      const { TK, x } = inputTile(K, inputs, LANES);
      return panelPlan(subgroupKernel, { K, O, B, TK, TB, LANES }, [x, B / TB]);
    };
  },
};

/** dx from dy and w. */
export const denseInputGradient: Operation<DenseShape, Plan> = {
  name: "dense input gradient",
  variants: [subgroup, workgroup, registers, naive],
};
