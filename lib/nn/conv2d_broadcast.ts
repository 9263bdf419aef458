/** Convolution kernels for software adapters, whose subgroups hand loaded numbers round. */
import forwardSource from "../../kernels/conv2d_broadcast.wgsl" with { type: "text" };
import inputSource from "../../kernels/conv2d_input_gradient_broadcast.wgsl" with { type: "text" };
import weightSource from "../../kernels/conv2d_weight_gradient_broadcast.wgsl" with {
  type: "text",
};
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import type { Conv2dFinish, Conv2dShape } from "./conv2d_kernels.ts";
import { type BroadcastTiles, largestDivisor, MAX_ROUNDS, quadTile } from "./tiles.ts";

export const conv2dBroadcast = { name: "conv2d_broadcast", source: forwardSource };
export const conv2dInputGradientBroadcast = {
  name: "conv2d_input_gradient_broadcast",
  source: inputSource,
};
export const conv2dWeightGradientBroadcast = {
  name: "conv2d_weight_gradient_broadcast",
  source: weightSource,
};

/** y = relu(x ⋆ w + b), pooled where SIDE is 2: bindings x, w, b, y. */
export function conv2dBroadcastDispatch(
  { lanes, conv }: BroadcastTiles,
  label: string,
  shape: Conv2dShape,
  { RELU, SIDE }: Conv2dFinish,
  bindings: readonly Slice[],
): Dispatch {
  const { H, W, K, F, N } = shape;
  const HO = H - K + 1, WO = W - K + 1;
  const TF = quadTile(F, conv.filters);
  const { TR, TW } = broadcastTile(conv.products / K, shape, SIDE);
  return {
    kernel: conv2dBroadcast,
    label,
    constants: {
      ...shape,
      ...{ HO, WO, RELU, TR, TW, TF, JB: largestDivisor(TW, 2), SIDE, LANES: lanes },
    },
    bindings,
    workgroups: [Math.ceil(N / lanes), (HO / TR) * (WO / TW), F / TF],
  };
}

/**
 * Rows and columns of outputs of an invocation, multiples of `side`: as many outputs as there are up
 * to `most`, or else `side` × `side`, and of such tiles the one for which the fewest inputs are read.
 */
function broadcastTile(most: number, { H, W, K }: Conv2dShape, side: number) {
  const HO = H - K + 1, WO = W - K + 1;
  let best = { TR: side, TW: side };
  const inputs = ({ TR, TW }: typeof best) => (TR + K - 1) * (TW + K - 1) / (TR * TW);
  const outputs = ({ TR, TW }: typeof best) => TR * TW;
  for (let TR = side; TR <= HO; TR += side) {
    for (let TW = side; TW <= WO && TR * TW <= most; TW += side) {
      if (HO % TR || WO % TW) continue;
      const tile = { TR, TW };
      const more = outputs(tile) - outputs(best);
      if (more > 0 || more === 0 && inputs(tile) < inputs(best)) best = tile;
    }
  }
  return best;
}

/** Gradient with respect to the input: bindings dy, w, dx. */
export function conv2dInputGradientBroadcastDispatch(
  { lanes, convInputs }: BroadcastTiles,
  label: string,
  shape: Conv2dShape,
  bindings: readonly Slice[],
): Dispatch {
  const { C, H, W, K, N } = shape;
  const TC = quadTile(C, convInputs.sums / W);
  return {
    kernel: conv2dInputGradientBroadcast,
    label,
    constants: { ...shape, HO: H - K + 1, WO: W - K + 1, TC, LANES: lanes },
    bindings,
    workgroups: [Math.ceil(N / lanes), H, C / TC],
  };
}

/** Gradient with respect to the weights, in `splits` sums: bindings x, dy, partial. */
export function conv2dWeightGradientBroadcastDispatch(
  tiles: BroadcastTiles,
  label: string,
  shape: Conv2dShape,
  bindings: readonly Slice[],
): Dispatch {
  const { H, W, K, F } = shape;
  const HO = H - K + 1, WO = W - K + 1;
  const { TM, TF, groups } = weightTile(tiles, shape);
  const SPLITS = weightGradientBroadcastSplits(tiles, shape);
  return {
    kernel: conv2dWeightGradientBroadcast,
    label,
    constants: { ...shape, HO, WO, TM, TF, SPLITS, LANES: tiles.lanes },
    bindings,
    workgroups: [F / TF, groups, SPLITS],
  };
}

/** Into how many ranges of n a weight gradient is split: so many partial sums it makes. */
export function weightGradientBroadcastSplits(tiles: BroadcastTiles, shape: Conv2dShape): number {
  const { H, W, K, F, N } = shape;
  const { TF, groups } = weightTile(tiles, shape);
  // Each four n take a round, each of their rows one, each output of a row one.
  const rounds = 1 + (H - K + 1) * (W - K + 2);
  const needed = Math.ceil(N / 4 / Math.floor(MAX_ROUNDS / rounds));
  const wanted = Math.ceil(tiles.workgroups / (groups * F / TF));
  return Math.min(N / 4, Math.max(needed, wanted));
}

/** Filters and vectors of (channel, filter row) pairs that an invocation owns. */
function weightTile({ lanes, convWeights }: BroadcastTiles, { C, K, F }: Conv2dShape) {
  const vectors = Math.ceil(C * K / lanes);
  const tile = (filters: number) => {
    const TF = quadTile(F, filters);
    const most = Math.max(1, Math.floor(convWeights.sums / (K * TF)));
    // Few vectors, as of the three channels of the views, share the loads of dy even then.
    const together = vectors * K * TF <= 2 * convWeights.sums;
    const groups = together ? 1 : Math.ceil(vectors / most);
    const TM = Math.ceil(vectors / groups);
    return { TM, TF, groups, loads: groups * F / TF * (TM + Math.ceil(TF / lanes)) };
  };
  // Fewer filters where that takes fewer loads.
  const wide = tile(convWeights.filters), narrow = tile(convWeights.filters / 2);
  return wide.loads <= narrow.loads ? wide : narrow;
}
