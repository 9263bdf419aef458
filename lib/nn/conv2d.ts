/** Valid cross-correlation, stride 1, with untied biases and optional ReLU (spec/network.md §3). */
import forwardSource from "../../kernels/conv2d.wgsl" with { type: "text" };
import inputSource from "../../kernels/conv2d_input_gradient.wgsl" with { type: "text" };
import weightSource from "../../kernels/conv2d_weight_gradient.wgsl" with { type: "text" };
import reluSource from "../../kernels/relu_gradient.wgsl" with { type: "text" };
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import {
  type Build,
  gradientOf,
  type Layer,
  newParameter,
  newTensor,
  type Parameter,
  source,
  type Tensor,
} from "./layer.ts";
import {
  conv2dBroadcastDispatch,
  conv2dInputGradientBroadcastDispatch,
  conv2dWeightGradientBroadcastDispatch,
  weightGradientBroadcastSplits,
} from "./conv2d_broadcast.ts";
import {
  conv2dInputGradientWorkgroupDispatch,
  conv2dWeightGradientWorkgroupDispatch,
  conv2dWorkgroupDispatch,
  weightGradientWorkgroupSplits,
} from "./conv2d_workgroup.ts";
import { updateBias, updateFromPartials } from "./sgd.ts";
import { largestDivisor, linearGrid, MAX_ROUNDS, quads, quadTile, type Tiles } from "./tiles.ts";
import { tilesAt, tunable, type TunedKind } from "./tuning.ts";

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

export interface Conv2dOptions {
  readonly name: string;
  readonly filters: number;
  /** Side of the square filters. */
  readonly size: number;
  readonly relu: boolean;
  /** 2×2 max-pooling of the outputs, which are not kept: only for a network that predicts. */
  readonly pool?: boolean;
  readonly weightStd: number;
  readonly bias: number;
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
  if (tiles.workgroup) {
    return conv2dWorkgroupDispatch(tiles.workgroup, label, shape, finish, bindings);
  }
  const { SIDE } = finish;
  const { outputs } = tiles.conv;
  const HO = H - K + 1, WO = W - K + 1;
  const TW = SIDE * largestDivisor(WO / SIDE, Math.floor(outputs / SIDE / SIDE));
  const TR = SIDE * largestDivisor(HO / SIDE, Math.floor(outputs / TW / SIDE));
  const TF = quadTile(F, tiles.conv.filters);
  return {
    kernel: conv2d,
    label,
    constants: { ...shape, HO, WO, ...finish, TR, TW, TF, LANES: tiles.lanes },
    bindings,
    workgroups: [Math.ceil(N / tiles.lanes), (HO / TR) * (WO / TW), F / TF],
  };
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
    workgroups: linearGrid(count, lanes),
  };
}

/**
 * Makes the layer. Parameters: `name.weight` (filters, channels, k, k), `name.bias` (filters, h, w).
 * @throws Error when it is to pool outputs of odd sides, or in a network that trains
 */
export async function conv2dLayer(
  build: Build,
  input: Tensor,
  options: Conv2dOptions,
): Promise<Layer> {
  const { name, filters, size, relu, pool = false } = options;
  const height = input.height - size + 1, width = input.width - size + 1;
  const stored = quads(filters);
  const finish: Conv2dFinish = { RELU: relu ? 1 : 0, SIDE: pool ? 2 : 1 };
  if (pool && build.trainable) throw new Error(`${name}: training needs what was pooled`);
  if (height % finish.SIDE || width % finish.SIDE) {
    throw new Error(`${name}: cannot pool ${height}×${width} by two`);
  }
  const shape: Conv2dShape = {
    C: input.value.size / 4 / (input.height * input.width * input.n),
    H: input.height,
    W: input.width,
    K: size,
    F: stored,
    N: input.n,
  };
  const output = await newTensor(build, name, {
    channels: filters,
    stored,
    height: height / finish.SIDE,
    width: width / finish.SIDE,
    n: input.n,
  });
  output.rectified = relu;
  const weight = await newParameter(build, weightLayout(options, input.channels, shape));
  const bias = await newParameter(build, {
    name: `${name}.bias`,
    shape: [filters, height, width],
    storedCount: stored * height * width,
    initialisation: { constant: options.bias },
    pack: (values) => resized(values, stored * height * width),
    unpack: (values) => values.slice(0, filters * height * width),
  });
  const { tiles } = build;
  const tilesOf = (kind: TunedKind) => tilesAt(tiles, kind, shape);
  const made = pool ? { ...shape, POOL: finish.SIDE } : shape;
  return {
    label: name,
    output,
    parameters: [weight, bias],
    forward: (mode) =>
      tunable("conv2d", made, [output.value], [
        conv2dDispatch(tilesAt(tiles, "conv2d", made), `${name} forward`, shape, finish, [
          source(input, mode),
          weight.value,
          bias.value,
          output.value,
        ]),
      ]),
    async backward() {
      const dispatches: Dispatch[] = [];
      const gradient = output.gradient!;
      if (output.rectified) {
        const count = output.value.size / 4;
        const bindings = [output.value, gradient];
        dispatches.push(reluGradientDispatch(tiles, `${name} relu gradient`, count, bindings));
      }
      if (!input.constant) {
        const kind = "conv2d_input_gradient";
        const dx = await gradientOf(build, input);
        dispatches.push(...tunable(kind, shape, [dx], [
          conv2dInputGradientDispatch(tilesOf(kind), `${name} input gradient`, shape, [
            gradient,
            weight.value,
            dx,
          ]),
        ]));
      }
      const kind = "conv2d_weight_gradient";
      const partials = weightGradientPartials(tilesOf(kind), shape);
      const partial = await build.memory.allocate(
        `${name}.weight partial gradients`,
        "gradients",
        partials * weight.storedCount,
      );
      dispatches.push(
        ...tunable(kind, shape, [weight.value, weight.velocity!], [
          conv2dWeightGradientDispatch(tilesOf(kind), `${name} weight gradient`, shape, [
            source(input, "train"),
            gradient,
            partial,
          ]),
          updateFromPartials(build, weight, partial, partials),
        ]),
        updateBias(build, bias, gradient, input.n),
      );
      return dispatches;
    },
  };
}

function weightLayout(
  { name, filters, size, weightStd }: Conv2dOptions,
  channels: number,
  { C, F }: Conv2dShape,
): Omit<Parameter, "value" | "velocity"> {
  const taps = size * size;
  const each = (visit: (file: number, stored: number) => void) => {
    for (let f = 0; f < filters; f++) {
      for (let t = 0; t < channels * taps; t++) visit(f * channels * taps + t, t * F + f);
    }
  };
  return {
    name: `${name}.weight`,
    shape: [filters, channels, size, size],
    storedCount: C * taps * F,
    initialisation: { deviation: weightStd },
    pack(values) {
      const stored = new Float32Array(C * taps * F);
      each((from, to) => stored[to] = values[from]);
      return stored;
    },
    unpack(stored) {
      const values = new Float32Array(filters * channels * taps);
      each((to, from) => values[to] = stored[from]);
      return values;
    },
  };
}

/** `values` followed by zeros. */
export function resized(values: Float32Array, count: number): Float32Array {
  const result = new Float32Array(count);
  result.set(values);
  return result;
}
