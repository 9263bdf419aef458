/** What becomes of a dense layer's products: bias, ReLU or maxout, dropout (docs/network.md §5). */
import forwardSource from "../../../kernels/dense/output.wgsl" with { type: "text" };
import gradientSource from "../../../kernels/dense/output_gradient.wgsl" with { type: "text" };
import maskSource from "../../../kernels/shared/dropout_mask.wgsl" with { type: "text" };
import gridSource from "../../../kernels/shared/grid.wgsl" with { type: "text" };
import stateSource from "../../../kernels/shared/state.wgsl" with { type: "text" };
import { type Dispatch, dispatch, kernel } from "../../gpu/kernel.ts";
import { part, type Slice } from "../../gpu/memory.ts";
import { streamKey } from "../../random.ts";
import type { Backward, Build, Layer, Mode, Tensor } from "../layer.ts";
import { elementGrid, together } from "../pointwise.ts";
import type { DenseShape } from "./shape.ts";

const SHAPE = ["O", "B", "PIECES", "LANES"] as const;
const denseOutput = kernel(
  "dense/output",
  [stateSource, maskSource, gridSource, forwardSource],
  ["state", "partial", "b", "y"],
  [
    ...SHAPE,
    ...["SPLITS", "TOGETHER", "RELU", "DROPOUT", "SLOPES", "KEY0", "KEY1", "PITCH"] as const,
  ],
);
const outputGradient = kernel(
  "dense/output_gradient",
  [gridSource, gradientSource],
  ["dy", "slopes"],
  SHAPE,
);

/** The units of a dense layer and what is done to them. */
export interface DenseOutputOptions {
  readonly name: string;
  readonly units: number;
  readonly relu: boolean;
  /** Maxout over pairs of neighbouring units 2k, 2k + 1. */
  readonly maxout?: boolean | undefined;
  /** Number of the dropout that the layer above wants, so that each draws masks of its own. */
  readonly mask?: number | undefined;
}

/** The partial products of a dense layer (splits, O, B), and its bias. */
export interface Products {
  readonly partial: Slice;
  readonly splits: number;
  readonly bias: Slice;
}

export interface DenseOutput {
  /** Predicting leaves the units before maxout in the first products. */
  readonly tensors: Pick<Layer, "output" | "linear">;
  forward(mode: Mode): Dispatch;
  /** The gradient of the units (O, B), where it is another than that of the output. */
  backward(dy: Slice): Backward;
}

/** Allocates the output of a dense layer. */
export async function denseOutputOf(
  { memory, tiles, seed, state }: Build,
  { O, B }: DenseShape,
  { name, units, relu, maxout = false, mask }: DenseOutputOptions,
  { partial, splits, bias }: Products,
): Promise<DenseOutput> {
  const PIECES = maxout ? 2 : 1;
  const count = O / PIECES * B;
  // Bindings start at multiples of 256 bytes.
  const PITCH = Math.ceil(count / 64) * 64;
  const label = maxout ? `${name} maxout` : name;
  const y = await memory.allocate(label, "activations", mask === undefined ? count : PITCH + count);
  const first = part(partial, 0, O * B);
  const column = { height: 1, width: 1, n: B };
  const value = part(y, 0, count);
  const output: Tensor = {
    label,
    value,
    training: mask === undefined ? value : part(y, PITCH, count),
    channels: units / PIECES,
    stored: O / PIECES,
    ...column,
  };
  const linear: Tensor = {
    label: name,
    value: first,
    training: first,
    channels: units,
    stored: O,
    ...column,
  };
  const changed = relu || maxout || mask !== undefined;
  const [KEY0, KEY1] = mask === undefined ? [0, 0] : streamKey(seed, "dropout", mask);
  const { LANES, workgroups } = elementGrid(tiles, count);
  const shape = { O, B, PIECES, LANES };
  return {
    tensors: maxout ? { output, linear } : { output },
    forward: (mode) =>
      dispatch(denseOutput, {
        label: `${name} output`,
        constants: {
          ...shape,
          SPLITS: splits,
          TOGETHER: together(splits),
          RELU: relu ? 1 : 0,
          DROPOUT: mode === "train" && mask !== undefined ? 1 : 0,
          SLOPES: mode === "train" && changed ? 1 : 0,
          KEY0,
          KEY1,
          PITCH,
        },
        bindings: { state, partial, b: bias, y },
        workgroups,
      }),
    backward(dy) {
      if (!changed) return { dispatches: [] };
      const inPlace = dispatch(outputGradient, {
        label: `${name} output gradient`,
        constants: shape,
        bindings: { dy, slopes: first },
        workgroups: elementGrid(tiles, O * B).workgroups,
      });
      return { dx: first, dispatches: [inPlace] };
    },
  };
}
