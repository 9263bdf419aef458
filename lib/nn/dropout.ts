/** Dropout with rate 1/2 on the input of a dense layer (docs/network.md §5). */
import maskSource from "../../kernels/dropout_mask.wgsl" with { type: "text" };
import source from "../../kernels/dropout.wgsl" with { type: "text" };
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import { streamKey } from "../random.ts";
import { type Build, gradientOf, type Layer, type Tensor } from "./layer.ts";
import { linearGrid, type Tiles } from "./tiles.ts";

export const dropout = { name: "dropout", source: maskSource + source };

/**
 * Doubles the kept elements and drops the others: bindings state, x, y. The same dispatch with
 * gradients in place of x and y is its own backward pass.
 * @param layer number of the layer, so that layers draw different masks
 */
export function dropoutDispatch(
  tiles: Tiles,
  label: string,
  count: number,
  seed: number,
  layer: number,
  bindings: readonly Slice[],
): Dispatch {
  const [KEY0, KEY1] = streamKey(seed, "dropout", layer);
  const LANES = tiles.elementLanes;
  return {
    kernel: dropout,
    label,
    constants: { COUNT: count, KEY0, KEY1, LANES },
    bindings,
    workgroups: linearGrid(count, LANES),
  };
}

/** Makes the layer. Predictions read its input as it is. */
export async function dropoutLayer(build: Build, input: Tensor, layer: number): Promise<Layer> {
  const label = `${input.label} dropout`;
  const count = input.value.size / 4;
  const dropped = await build.memory.allocate(label, "activations", count);
  const { label: _, gradient: __, rectified: ___, ...shape } = input;
  const output: Tensor = { ...shape, label, dropped };
  const dispatch = (what: string, from: Slice, to: Slice) =>
    dropoutDispatch(build.tiles, what, count, build.seed, layer, [build.state, from, to]);
  return {
    label,
    output,
    parameters: [],
    forward: (mode) => mode === "train" ? [dispatch(label, input.value, dropped)] : [],
    async backward() {
      return [dispatch(`${label} gradient`, output.gradient!, await gradientOf(build, input))];
    },
  };
}
