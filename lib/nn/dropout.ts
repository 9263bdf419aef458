/** Dropout with rate 1/2 on the input of a dense layer (docs/network.md §5). */
import source from "../../kernels/pointwise/dropout.wgsl" with { type: "text" };
import maskSource from "../../kernels/shared/dropout_mask.wgsl" with { type: "text" };
import gridSource from "../../kernels/shared/grid.wgsl" with { type: "text" };
import stateSource from "../../kernels/shared/state.wgsl" with { type: "text" };
import { dispatch, kernel } from "../gpu/kernel.ts";
import type { Slice } from "../gpu/memory.ts";
import { streamKey } from "../random.ts";
import { type Build, type Layer, newGradient, storedNumbers, type Tensor } from "./layer.ts";
import { elementGrid } from "./pointwise.ts";

const dropout = kernel(
  "pointwise/dropout",
  [stateSource, maskSource, gridSource, source],
  ["state", "x", "y"],
  ["COUNT", "KEY0", "KEY1", "LANES"],
);

/**
 * Makes the layer: doubles the kept elements and drops the others. Predictions read its input as it is.
 * @param mask number of the layer among those with dropout, which all draw masks of their own
 */
export async function dropoutLayer(build: Build, input: Tensor, mask: number): Promise<Layer> {
  const label = `${input.label} dropout`;
  const COUNT = storedNumbers(input);
  const dropped = await build.memory.allocate(label, "activations", COUNT);
  const output: Tensor = { ...input, label, training: dropped };
  const [KEY0, KEY1] = streamKey(build.seed, "dropout", mask);
  const { LANES, workgroups } = elementGrid(build.tiles, COUNT);
  // With gradients in place of x and y it is its own backward pass.
  const run = (label: string, x: Slice, y: Slice) =>
    dispatch(dropout, {
      label,
      constants: { COUNT, KEY0, KEY1, LANES },
      bindings: { state: build.state, x, y },
      workgroups,
    });
  return {
    label,
    output,
    parameters: [],
    forward: (mode) => mode === "train" ? [run(label, input.value, dropped)] : [],
    async backward(dy) {
      const dx = await newGradient(build, input);
      return { dx, dispatches: [run(`${label} gradient`, dy, dx)] };
    },
  };
}
