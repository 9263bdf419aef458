/** Maxout over pairs of neighbouring linear units 2k, 2k + 1 (docs/network.md §5). */
import forwardSource from "../../kernels/pointwise/maxout.wgsl" with { type: "text" };
import gradientSource from "../../kernels/pointwise/maxout_gradient.wgsl" with { type: "text" };
import gridSource from "../../kernels/shared/grid.wgsl" with { type: "text" };
import { dispatch, kernel } from "../gpu/kernel.ts";
import { type Build, type Layer, newTensor, type Tensor } from "./layer.ts";
import { elementGrid } from "./pointwise.ts";

const SHAPE = ["UNITS", "B", "LANES"] as const;
const maxout = kernel("pointwise/maxout", [gridSource, forwardSource], ["x", "y"], SHAPE);
const maxoutGradient = kernel(
  "pointwise/maxout_gradient",
  [gridSource, gradientSource],
  ["y", "dy", "x"],
  SHAPE,
);

/** Makes the layer; the input has an even number of units and side 1. */
export async function maxoutLayer(build: Build, input: Tensor): Promise<Layer> {
  const UNITS = input.stored / 2, B = input.n;
  const label = `${input.label} maxout`;
  const output = await newTensor(build, label, {
    channels: input.channels / 2,
    stored: UNITS,
    n: B,
  });
  const { LANES, workgroups } = elementGrid(build.tiles, UNITS * B);
  const constants = { UNITS, B, LANES };
  return {
    label,
    output,
    linear: input,
    parameters: [],
    forward: () => [
      dispatch(maxout, {
        label: `${label} forward`,
        constants,
        bindings: { x: input.value, y: output.value },
        workgroups,
      }),
    ],
    // In place: the linear units are not needed again.
    backward(dy) {
      const gradient = dispatch(maxoutGradient, {
        label: `${label} gradient`,
        constants,
        bindings: { y: output.value, dy, x: input.value },
        workgroups,
      });
      return Promise.resolve({ dx: input.value, dispatches: [gradient] });
    },
  };
}
