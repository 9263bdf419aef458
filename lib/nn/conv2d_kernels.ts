/** The kernels of convolutions, with tiles for every kind of adapter (docs/network.md §3). */
import forwardSource from "../../kernels/conv2d.wgsl" with { type: "text" };
import inputSource from "../../kernels/conv2d_input_gradient.wgsl" with { type: "text" };
import weightSource from "../../kernels/conv2d_weight_gradient.wgsl" with { type: "text" };
import reluSource from "../../kernels/relu_gradient.wgsl" with { type: "text" };
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import {
  conv2dBroadcastDispatch,
  conv2dInputGradientBroadcastDispatch,
  conv2dWeightGradientBroadcastDispatch,
  weightGradientBroadcastSplits,
} from "./conv2d_broadcast.ts";
import {
  conv2dInputGradientWorkgroupDispatch,
  conv2dWeightGradientWorkgroupDispatch,
  conv2dWorkgroupTile,
  weightGradientWorkgroupSplits,
} from "./conv2d_workgroup.ts";
import {
  largestDivisor,
  linearGrid,
  MAX_ROUNDS,
  outputTile,
  quadTile,
  type Tiles,
} from "./tiles.ts";

export const conv2d = { name: "conv2d", source: forwardSource };
export const conv2dInputGradient = { name: "conv2d_input_gradient", source: inputSource };
export const conv2dWeightGradient = { name: "conv2d_weight_gradient", source: weightSource };
export const reluGradient = { name: "relu_gradient", source: reluSource };

/** Shape of a convolution: stored channels and filters, square input and kernel, batch. */
export interface Conv2dShape {
  readonly C: number;
  readonly H: number;
  readonly W: number;
  readonly K: number;
  readonly F: number;
  readonly N: number;
}

/** What happens to the sums and biases of a convolution, as constants of its kernels. */
export interface Conv2dFinish {
  /** 1 for a ReLU. */
  readonly RELU: 0 | 1;
  /** 2 for max-pooling of 2×2 outputs, which the tiles are then made of. */
  readonly SIDE: 1 | 2;
}

/** What an invocation of conv2d computes, and how many of them share a workgroup: its constants. */
export interface Conv2dTile {
  /** Rows and columns of outputs. */
  readonly TR: number;
  readonly TW: number;
  /** Filters. */
  readonly TF: number;
  /** Tiles of filters that share a workgroup. */
  readonly GROUPS: number;
  /** Invocations over n. */
  readonly LANES: number;
}

/** y = relu(x ⋆ w + b), pooled where SIDE is 2: constants, bindings x, w, b, y, and grid. */
export function conv2dDispatch(
  tiles: Tiles,
  label: string,
  shape: Conv2dShape,
  finish: Conv2dFinish,
  bindings: readonly Slice[],
): Dispatch {
  const { H, W, K, F, N } = shape;
  if (tiles.broadcast && N % 4 === 0) {
    return conv2dBroadcastDispatch(tiles.broadcast, label, shape, finish, bindings);
  }
  const HO = H - K + 1, WO = W - K + 1;
  const tile = tiles.workgroup
    ? conv2dWorkgroupTile(tiles.workgroup, shape, finish)
    : plainTile(tiles, shape, finish);
  const { TR, TW, TF, GROUPS, LANES } = tile;
  return {
    kernel: conv2d,
    label,
    constants: { ...shape, HO, WO, ...finish, ...tile },
    bindings,
    workgroups: [Math.ceil(N / LANES), (HO / TR) * (WO / TW), F / TF / GROUPS],
  };
}

function plainTile(
  { conv, lanes }: Tiles,
  { H, W, K, F }: Conv2dShape,
  { SIDE }: Conv2dFinish,
): Conv2dTile {
  const tile = outputTile(conv.outputs, [H - K + 1, W - K + 1], SIDE);
  return { ...tile, TF: quadTile(F, conv.filters), GROUPS: 1, LANES: lanes };
}

/** Gradient with respect to the input: bindings dy, w, dx. */
export function conv2dInputGradientDispatch(
  tiles: Tiles,
  label: string,
  shape: Conv2dShape,
  bindings: readonly Slice[],
): Dispatch {
  const { C, H, W, K, N } = shape;
  if (tiles.broadcast && N % 4 === 0) {
    return conv2dInputGradientBroadcastDispatch(tiles.broadcast, label, shape, bindings);
  }
  if (tiles.workgroup) {
    return conv2dInputGradientWorkgroupDispatch(tiles.workgroup, label, shape, bindings);
  }
  const TR = largestDivisor(H, Math.max(1, Math.floor(tiles.convInputs.outputs / W)));
  const TC = quadTile(C, tiles.convInputs.channels);
  return {
    kernel: conv2dInputGradient,
    label,
    constants: { ...shape, HO: H - K + 1, WO: W - K + 1, TR, TC, LANES: tiles.lanes },
    bindings,
    workgroups: [Math.ceil(N / tiles.lanes), H / TR, C / TC],
  };
}

/** Gradient with respect to the weights, in `weightGradientPartials` sums: bindings x, dy, partial. */
export function conv2dWeightGradientDispatch(
  tiles: Tiles,
  label: string,
  shape: Conv2dShape,
  bindings: readonly Slice[],
): Dispatch {
  const { C, H, W, K, F, N } = shape;
  if (tiles.broadcast && N % 4 === 0) {
    return conv2dWeightGradientBroadcastDispatch(tiles.broadcast, label, shape, bindings);
  }
  if (tiles.workgroup) {
    return conv2dWeightGradientWorkgroupDispatch(tiles.workgroup, label, shape, bindings);
  }
  const TC = largestDivisor(C, tiles.convWeights.channels);
  const TF = quadTile(F, tiles.convWeights.filters);
  const SPLITS = weightGradientSplits(tiles, shape);
  return {
    kernel: conv2dWeightGradient,
    label,
    constants: {
      ...shape,
      HO: H - K + 1,
      WO: W - K + 1,
      TC,
      TF,
      SPLITS,
      LANES: tiles.lanes,
    },
    bindings,
    workgroups: [F / TF, (C / TC) * K, SPLITS],
  };
}

/** How many partial sums a weight gradient makes. */
export function weightGradientPartials(tiles: Tiles, shape: Conv2dShape): number {
  if (tiles.broadcast && shape.N % 4 === 0) {
    return weightGradientBroadcastSplits(tiles.broadcast, shape);
  }
  return tiles.workgroup
    ? weightGradientWorkgroupSplits(tiles.workgroup, shape)
    : weightGradientSplits(tiles, shape) * tiles.lanes;
}

/** Into how many ranges of n it is split; each makes `lanes` partial sums. */
function weightGradientSplits(tiles: Tiles, { C, H, W, K, F, N }: Conv2dShape): number {
  const TC = largestDivisor(C, tiles.convWeights.channels);
  const TF = quadTile(F, tiles.convWeights.filters);
  const groups = (F / TF) * (C / TC) * K;
  const blocks = Math.ceil(N / tiles.lanes);
  // A block of n takes a round, each of its rows one, each output of a row one.
  const blockRounds = 1 + (H - K + 1) * (W - K + 2);
  const needed = Math.ceil(blocks / Math.floor(MAX_ROUNDS / blockRounds));
  return Math.min(blocks, Math.max(needed, Math.ceil(tiles.workgroups / groups)));
}

/** y = x where it is positive: bindings y and dy, which becomes dx. */
export function reluGradientDispatch(
  tiles: Tiles,
  label: string,
  count: number,
  bindings: readonly Slice[],
): Dispatch {
  const lanes = tiles.elementLanes;
  return {
    kernel: reluGradient,
    label,
    constants: { COUNT: count, LANES: lanes },
    bindings,
    workgroups: linearGrid(Math.ceil(count / 4), lanes),
  };
}
