/** The ways to compute and apply the gradient of dense weights, the preferred one first (docs/network.md §5). */
import naiveSource from "../../../kernels/dense/update/naive.wgsl" with { type: "text" };
import subgroupSource from "../../../kernels/dense/update/subgroup.wgsl" with { type: "text" };
import workgroupSource from "../../../kernels/dense/update/workgroup.wgsl" with { type: "text" };
import gridSource from "../../../kernels/shared/grid.wgsl" with { type: "text" };
import { kernel } from "../../gpu/kernel.ts";
import { UPDATE } from "../optimiser.ts";
import { largestDivisor, linearGrid, MAX_ITERATIONS, vec4Tile } from "../tiles.ts";
import type { Operation, Variant } from "../variants.ts";
import { type DenseShape, type PanelPlan, panelPlan } from "./shape.ts";

type Plan = PanelPlan<"state" | "x" | "dy" | "w" | "v">;

const BINDINGS = ["state", "x", "dy", "w", "v"] as const;
const CONSTANTS = ["K", "O", "B", ...UPDATE.constants, "LANES"] as const;

const naiveKernel = kernel(
  "dense/update/naive",
  [...UPDATE.sources, gridSource, naiveSource],
  BINDINGS,
  CONSTANTS,
);
const workgroupKernel = kernel(
  "dense/update/workgroup",
  [...UPDATE.sources, workgroupSource],
  BINDINGS,
  [...CONSTANTS, ...["TO", "TK", "TR"] as const],
);
const subgroupKernel = kernel(
  "dense/update/subgroup",
  [...UPDATE.sources, subgroupSource],
  BINDINGS,
  [...CONSTANTS, ...["TO", "TK"] as const],
);

/** The formula, four weights for each invocation. */
const naive: Variant<DenseShape, Plan, { lanes: number }> = {
  name: "naive",
  fits: () => true,
  tile: () => ({ lanes: 64 }),
  candidates: () => [],
  plan: ({ O, B }, { lanes: LANES }) => (K) =>
    panelPlan(naiveKernel, { K, O, B, LANES }, linearGrid(K * O / 4, LANES)),
};

type WorkgroupTile = {
  /** Invocations over the outputs. */
  readonly lanes: number;
  /** Outputs whose errors, for all examples, an invocation keeps at most. */
  readonly outputs: number;
  /** Rows of weights that it loads together. */
  readonly rows: number;
  /** Workgroups that keep the whole adapter busy: where there would be fewer, they are made smaller. */
  readonly workgroups: number;
};

/** Shares of the inputs at least: more of them load the errors more often. */
const SHARES = 64;

/** An invocation keeps the errors of a few outputs in registers, for many inputs. */
const workgroup: Variant<DenseShape, Plan, WorkgroupTile> = {
  name: "workgroup",
  fits: () => true,
  // For GPUs a first choice, not yet tuned: what bounds it is memory, so many loads are under way.
  tile: ({ software }) =>
    software
      ? { lanes: 8, outputs: 8, rows: 1, workgroups: 16 }
      : { lanes: 32, outputs: 4, rows: 4, workgroups: 512 },
  candidates({ software, subgroup }) {
    if (!software) return GPU_CANDIDATES;
    return subgroup >= 4 ? [] : SOFTWARE_CANDIDATES;
  },
  plan({ O, B }, { lanes: LANES, outputs, rows, workgroups }) {
    const TO = vec4Tile(O, B > 16 ? 4 : outputs);
    const x = Math.ceil(O / TO / LANES);
    const shares = Math.max(SHARES, Math.ceil(workgroups / x));
    return (K) => {
      const TR = largestDivisor(K, rows);
      const TK = TR * Math.min(Math.ceil(K / TR / shares), MAX_ITERATIONS);
      const grid = [x, Math.ceil(K / TK)] as const;
      return panelPlan(workgroupKernel, { K, O, B, TO, TK, TR, LANES }, grid);
    };
  },
};
const SOFTWARE_CANDIDATES: Partial<WorkgroupTile>[] = [
  { outputs: 4 },
  { rows: 2 },
  { outputs: 16 },
];
/** More and less per invocation and per workgroup. */
const GPU_CANDIDATES: Partial<WorkgroupTile>[] = [
  { rows: 1 },
  { rows: 2 },
  { rows: 8 },
  { outputs: 8, rows: 2 },
  { lanes: 64 },
  { lanes: 64, rows: 2 },
  { lanes: 128 },
];

/** Errors that an invocation of `subgroup` keeps at most. */
const MOST_ERRORS = 256;

type SubgroupTile = {
  /** Invocations of a subgroup, and of a workgroup. */
  readonly lanes: number;
  /** Outputs whose errors, for all examples, an invocation keeps at most. */
  readonly outputs: number;
};

/** As `workgroup`, and a subgroup shares the loads of x: for any number of examples. */
const subgroup: Variant<DenseShape, Plan, SubgroupTile> = {
  name: "subgroup",
  fits: ({ software, subgroup }) => software && subgroup >= 4,
  // Measured on llvmpipe (Mesa 22.3): see bench/RESULTS.md.
  tile: ({ subgroup }) => ({ lanes: subgroup, outputs: 16 }),
  candidates({ software, subgroup }) {
    if (subgroup < 4) return [];
    return software ? [{ outputs: 4 }, { outputs: 8 }] : [{ outputs: 4 }];
  },
  plan({ O, B }, { lanes: LANES, outputs }) {
    const TO = vec4Tile(O, Math.min(outputs, MOST_ERRORS / B));
    return (K) => {
      const TK = Math.min(Math.ceil(K / 64), MAX_ITERATIONS - B);
      const grid = [Math.ceil(O / TO / LANES), Math.ceil(K / TK)] as const;
      return panelPlan(subgroupKernel, { K, O, B, TO, TK, LANES }, grid);
    };
  },
};

/** New w and v from x and dy. */
export const denseUpdate: Operation<DenseShape, Plan> = {
  name: "dense update",
  variants: [subgroup, workgroup, naive],
};
