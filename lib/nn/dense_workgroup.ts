/** Dense kernels for GPUs, whose workgroups share what they read and what they add up. */
import forwardSource from "../../kernels/dense_workgroup.wgsl" with { type: "text" };
import inputSource from "../../kernels/dense_input_gradient_workgroup.wgsl" with { type: "text" };
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import type { DenseShape, Panel } from "./dense_kernels.ts";
import {
  largestDivisor,
  MAX_ROUNDS,
  powerOfTwo,
  quadTile,
  WORKGROUP_QUADS,
  type WorkgroupTiles,
} from "./tiles.ts";

export const denseWorkgroup = { name: "dense_workgroup", source: forwardSource };
export const denseInputGradientWorkgroup = {
  name: "dense_input_gradient_workgroup",
  source: inputSource,
};

/** Products over a panel in `SPLITS` sums, for batches in fours: bindings x, w, partial. */
export function denseWorkgroupDispatch(
  tiles: WorkgroupTiles,
  label: string,
  shape: DenseShape,
  { rows: K }: Panel,
  { FIRST, SPLITS }: { FIRST: number; SPLITS: number },
  bindings: readonly Slice[],
): Dispatch {
  const { O, B } = shape;
  const { lanes: LANES, slices: SLICES, rows } = tiles.dense;
  const { TO, TB, groups } = productTile(tiles, shape);
  const TK = largestDivisor(K, rows);
  const room = Math.floor(WORKGROUP_QUADS / (LANES * Math.max(1, SLICES / 2)));
  const TS = largestDivisor(TB * TO / 4, Math.max(1, room));
  return {
    kernel: denseWorkgroup,
    label,
    constants: { K, O, B, TO, TB, TK, TS, SLICES, SPLITS, FIRST, LANES },
    bindings,
    workgroups: [...groups, SPLITS],
  };
}

/** Into how many ranges of inputs the product over a panel of `rows` is split. */
export function denseWorkgroupSplits(
  tiles: WorkgroupTiles,
  shape: DenseShape,
  rows: number,
): number {
  const [x, y] = productTile(tiles, shape).groups;
  const needed = Math.ceil(rows / MAX_ROUNDS);
  // Below 16 inputs a slice costs more than it saves.
  const most = Math.ceil(rows / 16 / tiles.dense.slices);
  return Math.min(most, Math.max(needed, Math.ceil(tiles.workgroups / (x * y))));
}

function productTile({ dense }: WorkgroupTiles, { O, B }: DenseShape) {
  const TO = quadTile(O, dense.outputs), TB = quadTile(B, dense.examples);
  return { TO, TB, groups: [Math.ceil(O / TO / dense.lanes), B / TB] as const };
}

/** Gradient of a panel's inputs, for batches in fours: bindings dy, w, dx. */
export function denseInputGradientWorkgroupDispatch(
  { denseInputs, workgroups }: WorkgroupTiles,
  label: string,
  { O, B }: DenseShape,
  { rows: K }: Panel,
  bindings: readonly Slice[],
): Dispatch {
  const { lanes, inputs, examples, kept: MK, outputs } = denseInputs;
  const TB = quadTile(B, examples);
  const groups = B / TB;
  // Fewer inputs together mean that dy is read more often, but an idle GPU is worse.
  let rows = powerOfTwo(inputs / MK);
  while (rows > 2 && Math.ceil(K / (rows * MK)) * groups < workgroups) rows /= 2;
  const TK = rows * MK;
  const columns = TB / 4; // of invocations, a quad of examples each
  let TO = powerOfTwo(outputs);
  while (TO > 4 && TK * (TO / 4 + 1) + TO * columns > WORKGROUP_QUADS) TO /= 2;
  let SLICES = powerOfTwo(Math.min(TO / 4, lanes / (rows * columns)));
  // At the end half of the invocations hand their sums over where the weights were.
  while (MK * rows * columns * SLICES / 2 + TO * columns > WORKGROUP_QUADS) SLICES /= 2;
  return {
    kernel: denseInputGradientWorkgroup,
    label,
    constants: { K, O, B, TK, MK, TB, TO, SLICES },
    bindings,
    workgroups: [Math.ceil(K / TK), groups],
  };
}
