/** 2×2 max-pooling with stride 2 of the output of a ReLU (docs/network.md §4). */
import forwardSource from "../../kernels/pointwise/max_pool.wgsl" with { type: "text" };
import gradientSource from "../../kernels/pointwise/max_pool_gradient.wgsl" with { type: "text" };
import gridSource from "../../kernels/shared/grid.wgsl" with { type: "text" };
import { dispatch, kernel } from "../gpu/kernel.ts";
import { type Build, type Layer, newTensor, storedNumbers, type Tensor } from "./layer.ts";
import { elementGrid } from "./pointwise.ts";

const SHAPE = ["F", "HP", "WP", "N", "LANES"] as const;
const maxPool = kernel("pointwise/max_pool", [gridSource, forwardSource], ["x", "y"], SHAPE);
const maxPoolGradient = kernel(
  "pointwise/max_pool_gradient",
  [gridSource, gradientSource],
  ["y", "dy", "x"],
  SHAPE,
);

/** Output shape of a pooling: stored channels, side lengths, batch (in fours). */
export interface PoolShape {
  readonly F: number;
  readonly HP: number;
  readonly WP: number;
  readonly N: number;
}

/**
 * Makes the layer. The gradient of its input is that of the ReLU's input, and takes its output's place:
 * the layer below does not apply it again.
 * @param input output of a ReLU
 * @throws Error when the input has odd sides, or no batch in fours
 */
export async function maxPoolLayer(build: Build, input: Tensor): Promise<Layer> {
  if (input.height % 2 || input.width % 2) {
    throw new Error(`${input.label}: cannot pool ${input.height}×${input.width} by two`);
  }
  if (input.n % 4) {
    throw new Error(`${input.label}: pooling takes four maps at a time, not ${input.n}`);
  }
  const shape: PoolShape = {
    F: input.stored,
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
  const { LANES, workgroups } = elementGrid(build.tiles, storedNumbers(output) / 4);
  const constants = { ...shape, LANES };
  return {
    label,
    output,
    parameters: [],
    forward: () => [
      dispatch(maxPool, {
        label: `${label} forward`,
        constants,
        bindings: { x: input.value, y: output.value },
        workgroups,
      }),
    ],
    backward(dy) {
      const gradient = dispatch(maxPoolGradient, {
        label: `${label} gradient`,
        constants,
        bindings: { y: output.value, dy, x: input.value },
        workgroups,
      });
      return Promise.resolve({ dx: input.value, dispatches: [gradient] });
    },
  };
}
