/** What a layer is made of: tensors, parameters and dispatches. */
import type { Gpu } from "../gpu/device.ts";
import type { Memory, Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import type { Tiles } from "./tiles.ts";

/** What every layer of a network shares while it is built. */
export interface Build {
  readonly gpu: Gpu;
  readonly memory: Memory;
  readonly tiles: Tiles;
  /** Examples of a minibatch, B. */
  readonly batch: number;
  /** Minibatches whose views and labels are on the GPU at a time. */
  readonly slots: number;
  /** False for a network that only predicts: no gradients, no velocities. */
  readonly trainable: boolean;
  /** The seed of dropout. */
  readonly seed: number;
  readonly momentum: number;
  /** `struct State` of the kernels: slot, minibatch, step (u32) and learning rate (f32). */
  readonly state: Slice;
}

/**
 * Feature maps (channels, height, width, n) with the batch innermost. Channels are stored in fours:
 * the surplus ones have no parameters of their own, hold zeros and stay so.
 */
export interface Tensor {
  readonly label: string;
  readonly value: Slice;
  /** What training reads instead of `value`: the same after dropout. */
  readonly dropped?: Slice | undefined;
  /** True for the data, which no gradient is wanted of. */
  readonly constant?: boolean;
  /** Gradient of the loss, allocated by the layer that writes it. */
  gradient?: Slice;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Length of the innermost axis: 16·B for the parts, B after merging. */
  readonly n: number;
  /** True where the value went through a ReLU whose gradient is still to be applied. */
  rectified?: boolean;
}

export type Initialisation = { readonly deviation: number } | { readonly constant: number };

/** A parameter as it is stored on the GPU, and how it is named and laid out in files. */
export interface Parameter {
  /** As `conv1.weight`. */
  readonly name: string;
  /** As in files: (out, in, k, k), (out, height, width), (out, in) or (out). */
  readonly shape: readonly number[];
  readonly value: Slice;
  readonly velocity?: Slice | undefined;
  /** Numbers stored on the GPU, surplus channels included. */
  readonly storedCount: number;
  readonly initialisation: Initialisation;
  /** From the layout of files to that of the GPU. */
  pack(values: Float32Array): Float32Array;
  /** From the layout of the GPU to that of files. */
  unpack(stored: Float32Array): Float32Array;
}

/** Whether a program trains (dropout is active) or predicts. */
export type Mode = "train" | "predict";

export interface Layer {
  readonly label: string;
  readonly output: Tensor;
  readonly parameters: readonly Parameter[];
  forward(mode: Mode): Dispatch[];
  /** Gradients of the input (if it wants one) and the updates of the parameters. */
  backward(): Promise<Dispatch[]>;
  /** What keeps the parameters within their bounds, run every now and then; none for most. */
  constrain?(): Promise<Dispatch[]>;
}

/** A layer whose work the one before it does. */
export function layerDone(output: Tensor): Layer {
  const { label } = output;
  const nothing = { forward: () => [], backward: () => Promise.resolve([]) };
  return { label, output, parameters: [], ...nothing };
}

/** Allocates feature maps; channels are rounded up to a multiple of 4 by the caller where needed. */
export async function newTensor(
  build: Build,
  label: string,
  shape: { channels: number; stored?: number; height?: number; width?: number; n: number },
): Promise<Tensor> {
  const { channels, stored = channels, height = 1, width = 1, n } = shape;
  const count = stored * height * width * n;
  const value = await build.memory.allocate(label, "activations", count);
  return { label, value, channels, height, width, n };
}

/** What a layer reads of its input. */
export function source(tensor: Tensor, mode: Mode): Slice {
  return mode === "train" && tensor.dropped ? tensor.dropped : tensor.value;
}

/** The buffer for a tensor's gradient, allocated on first use. */
export async function gradientOf(build: Build, tensor: Tensor): Promise<Slice> {
  tensor.gradient ??= await build.memory.allocate(
    `${tensor.label} gradient`,
    "gradients",
    tensor.value.size / 4,
  );
  return tensor.gradient;
}

/** Allocates a parameter and, where the network trains, its velocity. */
export async function newParameter(
  build: Build,
  parameter: Omit<Parameter, "value" | "velocity">,
): Promise<Parameter> {
  const { name, storedCount } = parameter;
  const value = await build.memory.allocate(name, "parameters", storedCount);
  const velocity = build.trainable
    ? await build.memory.allocate(`${name} velocity`, "velocities", storedCount)
    : undefined;
  return { ...parameter, value, velocity };
}

/** Number of elements of a shape. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
