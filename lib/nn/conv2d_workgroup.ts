/** Convolution kernels for GPUs, whose workgroups share what they read and what they add up. */
import inputSource from "../../kernels/conv2d_input_gradient_workgroup.wgsl" with { type: "text" };
import weightSource from "../../kernels/conv2d_weight_gradient_workgroup.wgsl" with {
  type: "text",
};
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import type { Conv2dFinish, Conv2dShape, Conv2dTile } from "./conv2d_kernels.ts";
import {
  largestDivisor,
  MAX_ROUNDS,
  outputTile,
  quadTile,
  WORKGROUP_QUADS,
  type WorkgroupTiles,
} from "./tiles.ts";

export const conv2dInputGradientWorkgroup = {
  name: "conv2d_input_gradient_workgroup",
  source: inputSource,
};
export const conv2dWeightGradientWorkgroup = {
  name: "conv2d_weight_gradient_workgroup",
  source: weightSource,
};

/**
 * Rows, columns and filters of a tile of conv2d: as the table says, or fewer where a GPU would be
 * idle; and tiles of a workgroup.
 */
export function conv2dWorkgroupTile(
  { conv: { lanes, tiles, groups, ...most } }: WorkgroupTiles,
  { H, W, K, F, N }: Conv2dShape,
  { SIDE }: Conv2dFinish,
): Conv2dTile {
  const HO = H - K + 1, WO = W - K + 1;
  let { outputs, filters } = most;
  for (;;) {
    const { TR, TW } = outputTile(outputs, [HO, WO], SIDE);
    const TF = quadTile(F, filters);
    const count = Math.ceil(N / lanes) * (HO / TR) * (WO / TW) * (F / TF);
    if (count >= tiles || TR * TW * TF <= 16) {
      return { TR, TW, TF, GROUPS: largestDivisor(F / TF, groups), LANES: lanes };
    }
    if (TR * TW >= TF) outputs = Math.floor(TR * TW / 2);
    else filters = TF / 2;
  }
}

/** Gradient with respect to the input: bindings dy, w, dx. */
export function conv2dInputGradientWorkgroupDispatch(
  { convInputs }: WorkgroupTiles,
  label: string,
  shape: Conv2dShape,
  bindings: readonly Slice[],
): Dispatch {
  const { C, H, W, K, N } = shape;
  const LANES = convInputs.lanes;
  const TR = largestDivisor(H, Math.max(1, Math.floor(convInputs.outputs / W)));
  const TC = quadTile(C, convInputs.channels);
  const GROUPS = largestDivisor(C / TC, convInputs.groups);
  return {
    kernel: conv2dInputGradientWorkgroup,
    label,
    constants: { ...shape, HO: H - K + 1, WO: W - K + 1, TR, TC, GROUPS, LANES },
    bindings,
    workgroups: [Math.ceil(N / LANES), H / TR, C / TC / GROUPS],
  };
}

/** More rounds than the lanes take to add up. */
const TREE_ROUNDS = 1024;

/** Gradient with respect to the weights, in `SPLITS` sums: bindings x, dy, partial. */
export function conv2dWeightGradientWorkgroupDispatch(
  tiles: WorkgroupTiles,
  label: string,
  shape: Conv2dShape,
  bindings: readonly Slice[],
): Dispatch {
  const { H, W, K } = shape;
  const { TC, TF, TS, GROUPS, LANES, groups } = weightTile(tiles, shape);
  const HO = H - K + 1, WO = W - K + 1;
  const SPLITS = weightGradientWorkgroupSplits(tiles, shape);
  return {
    kernel: conv2dWeightGradientWorkgroup,
    label,
    constants: { ...shape, HO, WO, TC, TF, TS, GROUPS, SPLITS, LANES },
    bindings,
    workgroups: [groups, K, SPLITS],
  };
}

/** Into how many ranges of n and rows a weight gradient is split: so many partial sums it makes. */
export function weightGradientWorkgroupSplits(tiles: WorkgroupTiles, shape: Conv2dShape): number {
  const { H, W, K, N } = shape;
  const { LANES, groups } = weightTile(tiles, shape);
  const rows = Math.ceil(N / LANES) * (H - K + 1);
  // Each row takes a round, each of its outputs one.
  const most = Math.floor((MAX_ROUNDS - TREE_ROUNDS) / (W - K + 2));
  const needed = Math.ceil(rows / most);
  const wanted = Math.ceil(tiles.workgroups / (groups * K));
  return Math.min(rows, Math.max(needed, wanted));
}

/** Channels and filters of an invocation, sums that are added up together, tiles of a workgroup. */
function weightTile({ convWeights }: WorkgroupTiles, { C, K, F }: Conv2dShape) {
  const TC = largestDivisor(C, convWeights.channels);
  const TF = quadTile(F, convWeights.filters);
  const tiles = (C / TC) * (F / TF);
  const GROUPS = largestDivisor(tiles, convWeights.groups);
  const LANES = convWeights.lanes;
  const room = Math.max(1, Math.floor(WORKGROUP_QUADS / (GROUPS * LANES)));
  const TS = largestDivisor(TC * K * TF / 4, Math.min(LANES, room));
  return { TC, TF, TS, GROUPS, LANES, groups: tiles / GROUPS };
}
