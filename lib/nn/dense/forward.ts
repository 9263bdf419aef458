/** The ways to compute the products of a dense layer, the preferred one first (docs/network.md §5). */
import naiveSource from "../../../kernels/dense/forward/naive.wgsl" with { type: "text" };
import registersSource from "../../../kernels/dense/forward/registers.wgsl" with { type: "text" };
import subgroupSource from "../../../kernels/dense/forward/subgroup.wgsl" with { type: "text" };
import workgroupSource from "../../../kernels/dense/forward/workgroup.wgsl" with { type: "text" };
import gridSource from "../../../kernels/shared/grid.wgsl" with { type: "text" };
import { kernel } from "../../gpu/kernel.ts";
import { largestDivisor, linearGrid, MAX_ITERATIONS, vec4Tile, WORKGROUP_VEC4S } from "../tiles.ts";
import type { Operation, Variant } from "../variants.ts";
import { canShareLoads, type DenseShape, type PanelPlan, panelPlan } from "./shape.ts";

/** Makes SPLITS partial sums, which `output.ts` adds up. */
type Plan = PanelPlan<"x" | "w" | "partial", "SPLITS">;

const BINDINGS = ["x", "w", "partial"] as const;
const CONSTANTS = ["K", "O", "B", "FIRST", "SPLITS", "LANES"] as const;

const naiveKernel = kernel(
  "dense/forward/naive",
  [gridSource, naiveSource],
  BINDINGS,
  CONSTANTS,
);
const registersKernel = kernel("dense/forward/registers", [registersSource], BINDINGS, [
  ...CONSTANTS,
  ...["TO", "TB"] as const,
]);
const workgroupKernel = kernel("dense/forward/workgroup", [workgroupSource], BINDINGS, [
  ...CONSTANTS,
  ...["TO", "TB", "TK", "TS", "SLICES"] as const,
]);
const subgroupKernel = kernel("dense/forward/subgroup", [subgroupSource], BINDINGS, [
  ...CONSTANTS,
  ...["TO", "TB", "TK"] as const,
]);

/** The formula, a partial sum for each invocation. */
const naive: Variant<DenseShape, Plan, { lanes: number }> = {
  name: "naive",
  fits: () => true,
  tile: () => ({ lanes: 64 }),
  candidates: () => [],
  plan: ({ O, B }, { lanes: LANES }) => (K) => {
    const SPLITS = splits(K, 1, 1);
    const grid = [...linearGrid(O * B, LANES), SPLITS] as const;
    return panelPlan(naiveKernel, { K, O, B, SPLITS, LANES }, grid);
  },
};

type RegistersTile = {
  /** Invocations over the outputs. */
  readonly lanes: number;
  /** Outputs, and examples of each, that an invocation keeps at most. */
  readonly outputs: number;
  readonly examples: number;
  /** Workgroups that keep the whole adapter busy: sums are split to reach it. */
  readonly workgroups: number;
};

/** An invocation keeps many sums in registers: for any batch. */
const registers: Variant<DenseShape, Plan, RegistersTile> = {
  name: "registers",
  fits: () => true,
  tile: ({ software }) =>
    software
      ? { lanes: 8, outputs: 32, examples: 16, workgroups: 16 }
      : { lanes: 32, outputs: 4, examples: 16, workgroups: 1024 },
  candidates(machine, shape) {
    if (!machine.software) return shape.B % 4 ? [] : [{}];
    return canShareLoads(machine, shape) ? [] : SOFTWARE_CANDIDATES;
  },
  plan({ O, B }, { lanes: LANES, outputs, examples, workgroups }) {
    const TO = vec4Tile(O, outputs), TB = largestDivisor(B, examples);
    const x = Math.ceil(O / TO / LANES), y = B / TB;
    return (K) => {
      const SPLITS = splits(K, workgroups / (x * y), 1);
      return panelPlan(registersKernel, { K, O, B, TO, TB, SPLITS, LANES }, [x, y, SPLITS]);
    };
  },
};
const SOFTWARE_CANDIDATES: Partial<RegistersTile>[] = [
  { outputs: 8 },
  { outputs: 16 },
  { workgroups: 32 },
];

type LoadsTile = RegistersTile & {
  /** Rows of weights that an invocation loads together. */
  readonly rows: number;
};

type WorkgroupTile = LoadsTile & {
  /** Slices of a sum that share a workgroup, a power of two. */
  readonly slices: number;
};

/** As `registers`, and a workgroup adds up slices of a sum. */
const workgroup: Variant<DenseShape, Plan, WorkgroupTile> = {
  name: "workgroup",
  fits: ({ software }, { B }) => !software && B % 4 === 0,
  // A first choice, by reasoning about one of 132 multiprocessors, not yet tuned: four warps to a
  // workgroup, and four workgroups to a multiprocessor.
  tile: () => ({ lanes: 32, outputs: 4, examples: 16, rows: 4, slices: 4, workgroups: 512 }),
  candidates: ({ software }, { B }) => software || B % 4 ? [] : GPU_CANDIDATES,
  plan(shape, tile) {
    const { O, B } = shape, { TO, TB, x, y } = vec4Tiles(tile, shape);
    const { lanes: LANES, slices: SLICES } = tile;
    const room = Math.floor(WORKGROUP_VEC4S / (LANES * Math.max(1, SLICES / 2)));
    const TS = largestDivisor(TB * TO / 4, Math.max(1, room));
    return (K) => {
      const TK = largestDivisor(K, tile.rows);
      const SPLITS = splits(K, tile.workgroups / (x * y), SLICES);
      const constants = { K, O, B, TO, TB, TK, TS, SLICES, SPLITS, LANES };
      return panelPlan(workgroupKernel, constants, [x, y, SPLITS]);
    };
  },
};
/** More and less per invocation and per workgroup. */
const GPU_CANDIDATES: Partial<WorkgroupTile>[] = [
  { rows: 2 },
  { rows: 8 },
  { slices: 1 },
  { slices: 2 },
  { slices: 8 },
  { outputs: 8, slices: 8 },
  { examples: 32 },
  { lanes: 64, slices: 2 },
  { workgroups: 256 },
  { workgroups: 1024 },
];

/** As `registers`, and a subgroup shares the loads of x. */
const subgroup: Variant<DenseShape, Plan, LoadsTile> = {
  name: "subgroup",
  fits: (machine, shape) => machine.software && canShareLoads(machine, shape),
  // Measured on llvmpipe (Mesa 22.3): see bench/RESULTS.md.
  tile: ({ subgroup }) => ({ lanes: subgroup, outputs: 16, examples: 32, rows: 2, workgroups: 16 }),
  candidates(machine, shape) {
    if (!canShareLoads(machine, shape)) return [];
    if (!machine.software) return [{ outputs: 4, examples: 16, rows: 4, workgroups: 1024 }];
    return [
      { outputs: 8, rows: 4 },
      { rows: 4 },
      { outputs: 32, rows: 1 },
      { examples: 16 },
      { workgroups: 32 },
    ];
  },
  plan(shape, tile) {
    const { O, B } = shape, { TO, TB, x, y } = vec4Tiles(tile, shape);
    return (K) => {
      const TK = largestDivisor(K, tile.rows);
      // To store takes TO iterations more.
      const needed = Math.ceil(K / TK / (MAX_ITERATIONS - TO));
      const SPLITS = Math.max(needed, splits(K, tile.workgroups / (x * y), 1));
      const constants = { K, O, B, TO, TB, TK, SPLITS, LANES: tile.lanes };
      return panelPlan(subgroupKernel, constants, [x, y, SPLITS]);
    };
  },
};

/** Outputs and examples, in fours, of an invocation, and workgroups over them. */
function vec4Tiles({ lanes, outputs, examples }: LoadsTile, { O, B }: DenseShape) {
  const TO = vec4Tile(O, outputs), TB = vec4Tile(B, examples);
  return { TO, TB, x: Math.ceil(O / TO / lanes), y: B / TB };
}

/**
 * In how many sums `rows` inputs are added up: as many as are wanted, or as loops of an allowed length
 * need; but below 16 inputs to each slice of a sum another one costs more than it saves.
 */
function splits(rows: number, wanted: number, slices: number): number {
  const needed = Math.ceil(rows / MAX_ITERATIONS);
  return Math.min(Math.ceil(rows / 16 / slices), Math.max(needed, Math.ceil(wanted)));
}

/** y = x·w, before biases and what else `output.ts` does. */
export const denseForward: Operation<DenseShape, Plan> = {
  name: "dense forward",
  variants: [subgroup, workgroup, registers, naive],
};
