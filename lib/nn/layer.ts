/** What a layer is made of: tensors, parameters and dispatches. */
import type { Gpu } from "../gpu/device.ts";
import type { Memory, Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/kernel.ts";
import type { Tiles } from "./tiles.ts";

/** What every layer of a network shares while it is built. */
export interface Build {
  readonly gpu: Gpu;
  readonly memory: Memory;
  readonly tiles: Tiles;
  /** Examples of a minibatch, B. */
  readonly batch: number;
  /** False for a network that only predicts: no gradients, no velocities. */
  readonly trainable: boolean;
  /** The seed of dropout. */
  readonly seed: number;
  readonly momentum: number;
  /** `struct State` of the kernels: slot, minibatch, step (u32) and learning rate (f32). */
  readonly state: Slice;
}

/** Feature maps (stored, height, width, n) with the batch innermost. */
export interface Tensor {
  readonly label: string;
  /** What predicting reads. */
  readonly value: Slice;
  /** What training reads: the same, or what dropout left of it. */
  readonly training: Slice;
  readonly channels: number;
  /**
   * Channels in the buffer, for kernels that handle them in fours: the padding beyond `channels` has
   * no parameters of its own, holds zeros and stays so.
   */
  readonly stored: number;
  readonly height: number;
  readonly width: number;
  /** Length of the innermost axis: as many maps as the layers so far make of a minibatch. */
  readonly n: number;
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
  /** Numbers stored on the GPU, padding included. */
  readonly storedCount: number;
  readonly initialisation: Initialisation;
  /** From the layout of files to that of the GPU. */
  pack(values: Float32Array): Float32Array;
  /** From the layout of the GPU to that of files. */
  unpack(stored: Float32Array): Float32Array;
}

/** Whether a program trains (dropout is active) or predicts. */
export type Mode = "train" | "predict";

/** What a layer does with the gradient of its output. */
export interface Backward {
  /** The gradient of its input; none where none is wanted. */
  readonly dx?: Slice | undefined;
  readonly dispatches: readonly Dispatch[];
}

export interface Layer {
  readonly label: string;
  readonly output: Tensor;
  /** Units of which the output is maxima, where it is. */
  readonly linear?: Tensor;
  readonly parameters: readonly Parameter[];
  forward(mode: Mode): readonly Dispatch[];
  /**
   * The gradient of the input and the updates of the parameters, once forward("train") has run.
   * @param dy gradient of the output, which may be overwritten
   */
  backward(dy: Slice): Promise<Backward>;
  /** What keeps the parameters within their bounds, run every now and then; none for most. */
  constrain?(): Promise<readonly Dispatch[]>;
}

/** Axes of a tensor; `stored` is `channels` and the sides are 1 where they are left out. */
export interface Axes {
  readonly channels: number;
  readonly stored?: number;
  readonly height?: number;
  readonly width?: number;
  readonly n: number;
}

/** Allocates feature maps. */
export async function newTensor(build: Build, label: string, axes: Axes): Promise<Tensor> {
  const { channels, stored = channels, height = 1, width = 1, n } = axes;
  const shape = { channels, stored, height, width, n };
  const value = await build.memory.allocate(label, "activations", storedNumbers(shape));
  return { label, value, training: value, ...shape };
}

/** Numbers in the buffer of a tensor. */
export function storedNumbers(
  { stored, height, width, n }: Pick<Tensor, "stored" | "height" | "width" | "n">,
): number {
  return stored * height * width * n;
}

/** What a layer reads of its input. */
export function source(tensor: Tensor, mode: Mode): Slice {
  return mode === "train" ? tensor.training : tensor.value;
}

/** Allocates a buffer for the gradient of a tensor. */
export async function newGradient(build: Build, tensor: Tensor): Promise<Slice> {
  const { label } = tensor;
  return await build.memory.allocate(`${label} gradient`, "gradients", storedNumbers(tensor));
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
