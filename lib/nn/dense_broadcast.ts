/** Dense kernels for software adapters, whose subgroups hand loaded numbers round. */
import forwardSource from "../../kernels/dense_broadcast.wgsl" with { type: "text" };
import inputSource from "../../kernels/dense_input_gradient_broadcast.wgsl" with { type: "text" };
import updateSource from "../../kernels/dense_update_broadcast.wgsl" with { type: "text" };
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import type { DenseShape, Panel } from "./dense_kernels.ts";
import { type BroadcastTiles, largestDivisor, MAX_ROUNDS, quadTile } from "./tiles.ts";

export const denseBroadcast = { name: "dense_broadcast", source: forwardSource };
export const denseInputGradientBroadcast = {
  name: "dense_input_gradient_broadcast",
  source: inputSource,
};
export const denseUpdateBroadcast = { name: "dense_update_broadcast", source: updateSource };

/** Errors, of a few outputs for all examples, that an invocation of an update keeps at most. */
const ERRORS_AT_HAND = 256;

/** Outputs and examples that an invocation of the product owns, and workgroups over them. */
export function denseBroadcastTile({ lanes, dense }: BroadcastTiles, { O, B }: DenseShape) {
  const TO = quadTile(O, dense.outputs), TB = quadTile(B, dense.examples);
  return { TO, TB, groups: [Math.ceil(O / TO / lanes), B / TB] as const };
}

/** Products over a panel in `SPLITS` sums, for batches in fours: bindings x, w, partial. */
export function denseBroadcastDispatch(
  tiles: BroadcastTiles,
  label: string,
  shape: DenseShape,
  panel: Panel,
  { FIRST, SPLITS }: { FIRST: number; SPLITS: number },
  bindings: readonly Slice[],
): Dispatch {
  const { O, B } = shape;
  const { TO, TB, groups } = denseBroadcastTile(tiles, shape);
  const TK = largestDivisor(panel.rows, tiles.dense.rows);
  return {
    kernel: denseBroadcast,
    label,
    constants: { K: panel.rows, O, B, TO, TB, TK, SPLITS, FIRST, LANES: tiles.lanes },
    bindings,
    workgroups: [...groups, SPLITS],
  };
}

/** Gradient of a panel's inputs, for batches in fours: bindings dy, w, dx. */
export function denseInputGradientBroadcastDispatch(
  { lanes, dense }: BroadcastTiles,
  label: string,
  { O, B }: DenseShape,
  panel: Panel,
  bindings: readonly Slice[],
): Dispatch {
  const TB = quadTile(B, dense.examples);
  const TK = Math.max(1, Math.min(dense.inputs, Math.floor(panel.rows / lanes)));
  return {
    kernel: denseInputGradientBroadcast,
    label,
    constants: { K: panel.rows, O, B, TK, TB, LANES: lanes },
    bindings,
    workgroups: [Math.ceil(panel.rows / TK / lanes), B / TB],
  };
}

/** Weight gradient and update of a panel: bindings state, x, dy, w, v. */
export function denseUpdateBroadcastDispatch(
  { lanes, dense }: BroadcastTiles,
  label: string,
  { O, B }: DenseShape,
  panel: Panel,
  momentum: number,
  bindings: readonly Slice[],
): Dispatch {
  const TO = quadTile(O, Math.min(dense.updates, ERRORS_AT_HAND / B));
  const TK = Math.min(Math.ceil(panel.rows / 64), MAX_ROUNDS);
  return {
    kernel: denseUpdateBroadcast,
    label,
    constants: { K: panel.rows, O, B, TO, TK, MOMENTUM: momentum, LANES: lanes },
    bindings,
    workgroups: [Math.ceil(O / TO / lanes), Math.ceil(panel.rows / TK)],
  };
}
