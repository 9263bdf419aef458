/** The kernels of dense layers, with tiles for every kind of adapter (docs/network.md §5). */
import forwardSource from "../../kernels/dense.wgsl" with { type: "text" };
import inputSource from "../../kernels/dense_input_gradient.wgsl" with { type: "text" };
import updateSource from "../../kernels/dense_update.wgsl" with { type: "text" };
import { UserError } from "../errors.ts";
import { mebibytes, type Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import {
  denseBroadcastDispatch,
  denseBroadcastTile,
  denseInputGradientBroadcastDispatch,
  denseUpdateBroadcastDispatch,
} from "./dense_broadcast.ts";
import {
  denseInputGradientWorkgroupDispatch,
  denseWorkgroupDispatch,
  denseWorkgroupSplits,
} from "./dense_workgroup.ts";
import { largestDivisor, MAX_ROUNDS, quadTile, type Tiles } from "./tiles.ts";

export const dense = { name: "dense", source: forwardSource };
export const denseInputGradient = { name: "dense_input_gradient", source: inputSource };
export const denseUpdate = { name: "dense_update", source: updateSource };

/** Shape of a dense layer: inputs K, stored outputs O (a multiple of 4), examples B. */
export interface DenseShape {
  readonly K: number;
  readonly O: number;
  readonly B: number;
}

/** Rows of the weight matrix that one binding can hold. */
export interface Panel {
  readonly first: number;
  readonly rows: number;
}

/**
 * The weight matrix (K, O) in panels of rows that fit into one binding. Bindings start at
 * multiples of 256 bytes, so panels have a multiple of 64 rows.
 * @throws UserError when not even 64 rows fit
 */
export function panels({ K, O }: DenseShape, maxBindingSize: number): Panel[] {
  const most = Math.min(K, Math.floor(maxBindingSize / (O * 4)));
  const rows = most === K ? K : Math.floor(most / 64) * 64;
  if (rows === 0) {
    throw new UserError(
      `64 rows of a dense layer of ${O} units take ${mebibytes(64 * O * 4)} in one binding, this ` +
        `adapter allows ${mebibytes(maxBindingSize)}`,
    );
  }
  const result: Panel[] = [];
  for (let first = 0; first < K; first += rows) {
    result.push({ first, rows: Math.min(rows, K - first) });
  }
  return result;
}

/** Into how many ranges of inputs the product over a panel is split. */
export function denseSplits(tiles: Tiles, shape: DenseShape, { rows }: Panel): number {
  if (!tiles.broadcast && tiles.workgroup && shape.B % 4 === 0) {
    return denseWorkgroupSplits(tiles.workgroup, shape, rows);
  }
  const [x, y] = denseGroups(tiles, shape);
  const needed = Math.ceil(rows / MAX_ROUNDS);
  // Below 16 inputs a split costs more than it saves.
  return Math.min(
    Math.ceil(rows / 16),
    Math.max(needed, Math.ceil(tiles.workgroups / (x * y))),
  );
}

/** Workgroups of the product over the outputs and over the batch. */
function denseGroups(tiles: Tiles, shape: DenseShape): readonly [number, number] {
  const { O, B } = shape;
  if (tiles.broadcast && B % 4 === 0) return denseBroadcastTile(tiles.broadcast, shape).groups;
  const TO = quadTile(O, tiles.dense.outputs);
  return [Math.ceil(O / TO / tiles.lanes), B / largestDivisor(B, tiles.dense.examples)];
}

/**
 * Products over one panel: bindings x, w (the panel's parts) and partial.
 * @param FIRST number of the panel's first split among those of all panels
 */
export function denseDispatch(
  tiles: Tiles,
  label: string,
  shape: DenseShape,
  panel: Panel,
  FIRST: number,
  bindings: readonly Slice[],
): Dispatch {
  const { O, B } = shape;
  const SPLITS = denseSplits(tiles, shape, panel);
  if (tiles.broadcast && B % 4 === 0) {
    const splits = { FIRST, SPLITS };
    return denseBroadcastDispatch(tiles.broadcast, label, shape, panel, splits, bindings);
  }
  if (tiles.workgroup && B % 4 === 0) {
    const splits = { FIRST, SPLITS };
    return denseWorkgroupDispatch(tiles.workgroup, label, shape, panel, splits, bindings);
  }
  const TO = quadTile(O, tiles.dense.outputs);
  const TB = largestDivisor(B, tiles.dense.examples);
  return {
    kernel: dense,
    label,
    constants: { K: panel.rows, O, B, TO, TB, SPLITS, FIRST, LANES: tiles.lanes },
    bindings,
    workgroups: [...denseGroups(tiles, shape), SPLITS],
  };
}

/** Gradient of a panel's inputs: bindings dy, w, dx. */
export function denseInputGradientDispatch(
  tiles: Tiles,
  label: string,
  shape: DenseShape,
  panel: Panel,
  bindings: readonly Slice[],
): Dispatch {
  const { O, B } = shape;
  if (tiles.broadcast && B % 4 === 0) {
    return denseInputGradientBroadcastDispatch(tiles.broadcast, label, shape, panel, bindings);
  }
  if (tiles.workgroup && B % 4 === 0) {
    return denseInputGradientWorkgroupDispatch(tiles.workgroup, label, shape, panel, bindings);
  }
  const TB = largestDivisor(B, tiles.dense.examples);
  const TK = Math.max(1, Math.min(tiles.dense.inputs, Math.floor(panel.rows / tiles.lanes)));
  return {
    kernel: denseInputGradient,
    label,
    constants: { K: panel.rows, O, B, TK, TB, LANES: tiles.lanes },
    bindings,
    workgroups: [Math.ceil(panel.rows / TK / tiles.lanes), B / TB],
  };
}

/** Weight gradient and update of a panel: bindings state, x, dy, w, v. */
export function denseUpdateDispatch(
  tiles: Tiles,
  label: string,
  shape: DenseShape,
  panel: Panel,
  momentum: number,
  bindings: readonly Slice[],
): Dispatch {
  const { O, B } = shape;
  if (tiles.broadcast) {
    return denseUpdateBroadcastDispatch(tiles.broadcast, label, shape, panel, momentum, bindings);
  }
  // TO × B errors stay in registers.
  const TO = quadTile(O, B > 16 ? 4 : tiles.denseUpdate.outputs);
  const TR = largestDivisor(panel.rows, tiles.denseUpdate.rows);
  const TK = TR * Math.min(Math.ceil(panel.rows / TR / 64), MAX_ROUNDS);
  return {
    kernel: denseUpdate,
    label,
    constants: { K: panel.rows, O, B, TO, TK, TR, MOMENTUM: momentum, LANES: tiles.lanes },
    bindings,
    workgroups: [Math.ceil(O / TO / tiles.lanes), Math.ceil(panel.rows / TK)],
  };
}
