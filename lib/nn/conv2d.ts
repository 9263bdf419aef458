/** Valid cross-correlation, stride 1, with untied biases and optional ReLU (docs/network.md §3). */
import type { Dispatch } from "../gpu/program.ts";
import {
  conv2dDispatch,
  type Conv2dFinish,
  conv2dInputGradientDispatch,
  type Conv2dShape,
  conv2dWeightGradientDispatch,
  reluGradientDispatch,
  weightGradientPartials,
} from "./conv2d_kernels.ts";
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
import { updateBias, updateFromPartials } from "./sgd.ts";
import { quads } from "./tiles.ts";
import { tilesAt, tunable, type TunedKind } from "./tuning.ts";

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
