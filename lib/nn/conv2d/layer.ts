/** Valid cross-correlation, stride 1, with untied biases and optional ReLU (docs/network.md §3). */
import { type Dispatch, dispatch } from "../../gpu/kernel.ts";
import type { Slice } from "../../gpu/memory.ts";
import {
  type Build,
  type Layer,
  newGradient,
  newParameter,
  newTensor,
  type Parameter,
  source,
  storedNumbers,
  type Tensor,
} from "../layer.ts";
import { updateBias, updateFromPartials } from "../optimiser.ts";
import { reluGradientDispatch } from "../relu.ts";
import { inFours } from "../tiles.ts";
import { planned, tunable } from "../variants.ts";
import { conv2dForward, type ForwardShape } from "./forward.ts";
import { conv2dInputGradient } from "./input_gradient.ts";
import type { Conv2dShape } from "./shape.ts";
import { conv2dWeightGradient } from "./weight_gradient.ts";

export interface Conv2dOptions {
  readonly name: string;
  readonly filters: number;
  /** Side of the square filters. */
  readonly size: number;
  readonly relu: boolean;
  /** 2×2 max-pooling of the outputs, which are not kept: only for a network that predicts. */
  readonly pool?: boolean | undefined;
  /** The layer above applies the gradient of the ReLU with its own. */
  readonly leavesRelu?: boolean | undefined;
  /** The input is the data, of which no gradient is wanted. */
  readonly ofData?: boolean | undefined;
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
  const stored = inFours(filters);
  const side = pool ? 2 : 1;
  if (pool && build.trainable) throw new Error(`${name}: training needs what was pooled`);
  if (height % side || width % side) {
    throw new Error(`${name}: cannot pool ${height}×${width} by two`);
  }
  const shape: Conv2dShape = {
    C: input.stored,
    H: input.height,
    W: input.width,
    K: size,
    F: stored,
    N: input.n,
  };
  const output = await newTensor(build, name, {
    channels: filters,
    stored,
    height: height / side,
    width: width / side,
    n: input.n,
  });
  const weight = await newParameter(build, weightLayout(options, input.channels, shape));
  const bias = await newParameter(build, {
    name: `${name}.bias`,
    shape: [filters, height, width],
    storedCount: stored * height * width,
    initialisation: { constant: options.bias },
    pack: (values) => resized(values, stored * height * width),
    unpack: (values) => values.slice(0, filters * height * width),
  });
  const { tiles } = build, { machine, choices } = tiles;
  const forwardShape: ForwardShape = { ...shape, RELU: relu ? 1 : 0, SIDE: side };
  const forward = planned(conv2dForward, machine, choices, forwardShape);
  const inputGradient = planned(conv2dInputGradient, machine, choices, shape);
  const weightGradient = planned(conv2dWeightGradient, machine, choices, shape);

  /** The gradient dx of the input, given that of the output. */
  const inputBackward = (dy: Slice, dx: Slice) =>
    tunable(conv2dInputGradient, shape, [dx], [
      dispatch(inputGradient.kernel, {
        label: `${name} input gradient`,
        ...inputGradient,
        bindings: { dy, w: weight.value, dx },
      }),
    ]);

  /** The update of the weights from partial sums of their gradient. */
  const weightBackward = async (dy: Slice) => {
    const { SPLITS } = weightGradient.constants;
    const partial = await build.memory.allocate(
      `${name}.weight partial gradients`,
      "gradients",
      SPLITS * weight.storedCount,
    );
    return tunable(conv2dWeightGradient, shape, [weight.value, weight.velocity!], [
      dispatch(weightGradient.kernel, {
        label: `${name} weight gradient`,
        ...weightGradient,
        bindings: { x: source(input, "train"), dy, partial },
      }),
      updateFromPartials(build, weight, partial, SPLITS),
    ]);
  };

  return {
    label: name,
    output,
    parameters: [weight, bias],
    forward: (mode) =>
      tunable(conv2dForward, forwardShape, [output.value], [
        dispatch(forward.kernel, {
          label: `${name} forward`,
          ...forward,
          bindings: { x: source(input, mode), w: weight.value, b: bias.value, y: output.value },
        }),
      ]),
    async backward(dy) {
      const dispatches: Dispatch[] = [];
      if (relu && !options.leavesRelu) {
        const bindings = { y: output.value, dy };
        const count = storedNumbers(output);
        dispatches.push(reluGradientDispatch(tiles, `${name} relu gradient`, count, bindings));
      }
      const dx = options.ofData ? undefined : await newGradient(build, input);
      if (dx) dispatches.push(...inputBackward(dy, dx));
      dispatches.push(...await weightBackward(dy), updateBias(build, bias, dy, input.n));
      return { dx, dispatches };
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
