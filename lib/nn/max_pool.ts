/** 2×2 max-pooling with stride 2 of the output of a ReLU (docs/network.md §4). */
import forwardSource from "../../kernels/max_pool.wgsl" with { type: "text" };
import gradientSource from "../../kernels/max_pool_gradient.wgsl" with { type: "text" };
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import { type Build, type Layer, newTensor, type Tensor } from "./layer.ts";
import { linearGrid, type Tiles } from "./tiles.ts";

export const maxPool = { name: "max_pool", source: forwardSource };
export const maxPoolGradient = { name: "max_pool_gradient", source: gradientSource };

/** Output shape of a pooling: stored channels, side lengths, batch (in fours). */
export interface PoolShape {
  readonly F: number;
  readonly HP: number;
  readonly WP: number;
  readonly N: number;
}

/** Forward (bindings x, y) or backward (bindings y, dy, x → dx). */
export function maxPoolDispatch(
  tiles: Tiles,
  direction: "forward" | "backward",
  label: string,
  shape: PoolShape,
  bindings: readonly Slice[],
): Dispatch {
  const { F, HP, WP, N } = shape;
  const LANES = tiles.elementLanes;
  return {
    kernel: direction === "forward" ? maxPool : maxPoolGradient,
    label,
    constants: { ...shape, LANES },
    bindings,
    workgroups: linearGrid(F * HP * WP * N / 4, LANES),
  };
}

/**
 * Makes the layer.
 * @throws Error when the input has odd sides, no batch in fours, or went through no ReLU
 */
export async function maxPoolLayer(build: Build, input: Tensor): Promise<Layer> {
  if (input.height % 2 || input.width % 2) {
    throw new Error(`${input.label}: cannot pool ${input.height}×${input.width} by two`);
  }
  // Sixteen parts of every example make fours.
  if (input.n % 4) {
    throw new Error(`${input.label}: pooling takes four maps at a time, not ${input.n}`);
  }
  if (!input.rectified) throw new Error(`${input.label}: pooling follows a ReLU`);
  const shape: PoolShape = {
    F: input.value.size / 4 / (input.height * input.width * input.n),
    HP: input.height / 2,
    WP: input.width / 2,
    N: input.n,
  };
  const label = `${input.label} pool`;
  const output = await newTensor(build, label, {
    channels: input.channels,
    stored: shape.F,
    height: shape.HP,
    width: shape.WP,
    n: shape.N,
  });
  return {
    label,
    output,
    parameters: [],
    forward: () => [
      maxPoolDispatch(build.tiles, "forward", `${label} forward`, shape, [
        input.value,
        output.value,
      ]),
    ],
    // The kernel applies the gradients of pooling and ReLU together, in place of the ReLU's output.
    backward() {
      input.gradient = input.value;
      input.rectified = false;
      return Promise.resolve([
        maxPoolDispatch(build.tiles, "backward", `${label} gradient`, shape, [
          output.value,
          output.gradient!,
          input.value,
        ]),
      ]);
    },
  };
}
