/** What becomes of a dense layer's products: bias, ReLU or maxout, dropout (docs/network.md §5). */
import maskSource from "../../kernels/dropout_mask.wgsl" with { type: "text" };
import forwardSource from "../../kernels/dense_output.wgsl" with { type: "text" };
import gradientSource from "../../kernels/dense_output_gradient.wgsl" with { type: "text" };
import { part, type Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import { streamKey } from "../random.ts";
import type { DenseShape } from "./dense_kernels.ts";
import type { Build, Mode, Tensor } from "./layer.ts";
import { linearGrid } from "./tiles.ts";

export const denseOutput = { name: "dense_output", source: maskSource + forwardSource };
export const denseOutputGradient = { name: "dense_output_gradient", source: gradientSource };

/** The units of a dense layer and what is done to them. */
export interface DenseOutputOptions {
  readonly name: string;
  readonly units: number;
  readonly relu: boolean;
  /** Maxout over pairs of neighbouring units 2k, 2k + 1. */
  readonly maxout?: boolean;
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
  /** The units before maxout, where there is one; predicting leaves them in the first products. */
  readonly linear?: Tensor;
  /** What the next layer reads. */
  readonly output: Tensor;
  forward(mode: Mode): Dispatch;
  /** The gradient of the units (O, B), and what makes it of that of the output. */
  backward(): { gradient: Slice; dispatches: Dispatch[] };
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
  const output: Tensor = {
    label,
    value: part(y, 0, count),
    dropped: mask === undefined ? undefined : part(y, PITCH, count),
    channels: units / PIECES,
    ...column,
  };
  const linear: Tensor = { label: name, value: first, channels: units, ...column };
  const changed = relu || maxout || mask !== undefined;
  const [KEY0, KEY1] = mask === undefined ? [0, 0] : streamKey(seed, "dropout", mask);
  const LANES = tiles.elementLanes;
  const shape = { O, B, PIECES, LANES };
  return {
    ...(maxout ? { linear } : {}),
    output,
    forward: (mode) => ({
      kernel: denseOutput,
      label: `${name} output`,
      constants: {
        ...shape,
        SPLITS: splits,
        RELU: relu ? 1 : 0,
        DROPOUT: mode === "train" && mask !== undefined ? 1 : 0,
        SLOPES: mode === "train" && changed ? 1 : 0,
        KEY0,
        KEY1,
        PITCH,
      },
      bindings: [state, partial, bias, y],
      workgroups: linearGrid(count, LANES),
    }),
    backward() {
      const gradient = output.gradient!;
      if (!changed) return { gradient, dispatches: [] };
      const dispatch: Dispatch = {
        kernel: denseOutputGradient,
        label: `${name} output gradient`,
        constants: shape,
        bindings: [gradient, first],
        workgroups: linearGrid(O * B, LANES),
      };
      return { gradient: first, dispatches: [dispatch] };
    },
  };
}
