/** Maxout over pairs of neighbouring linear units 2k, 2k + 1 (docs/network.md §5). */
import forwardSource from "../../kernels/maxout.wgsl" with { type: "text" };
import gradientSource from "../../kernels/maxout_gradient.wgsl" with { type: "text" };
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import { type Build, type Layer, newTensor, type Tensor } from "./layer.ts";
import type { Tiles } from "./tiles.ts";

export const maxout = { name: "maxout", source: forwardSource };
export const maxoutGradient = { name: "maxout_gradient", source: gradientSource };

/** Forward (bindings x, y) or backward (bindings y, dy, x → dx); B is the innermost axis. */
export function maxoutDispatch(
  tiles: Tiles,
  direction: "forward" | "backward",
  label: string,
  { UNITS, B }: { UNITS: number; B: number },
  bindings: readonly Slice[],
): Dispatch {
  const LANES = tiles.elementLanes;
  return {
    kernel: direction === "forward" ? maxout : maxoutGradient,
    label,
    constants: { UNITS, B, LANES },
    bindings,
    workgroups: [Math.ceil(UNITS * B / LANES)],
  };
}

/** Makes the layer; the input has an even number of units and side 1. */
export async function maxoutLayer(build: Build, input: Tensor): Promise<Layer> {
  const shape = { UNITS: input.value.size / 8 / input.n, B: input.n };
  const label = `${input.label} maxout`;
  const output = await newTensor(build, label, {
    channels: input.channels / 2,
    stored: shape.UNITS,
    n: input.n,
  });
  return {
    label,
    output,
    parameters: [],
    forward: () => [
      maxoutDispatch(build.tiles, "forward", `${label} forward`, shape, [
        input.value,
        output.value,
      ]),
    ],
    // In place: the linear units are not needed again.
    backward() {
      input.gradient = input.value;
      return Promise.resolve([
        maxoutDispatch(build.tiles, "backward", `${label} gradient`, shape, [
          output.value,
          output.gradient!,
          input.value,
        ]),
      ]);
    },
  };
}
