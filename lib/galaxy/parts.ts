/** The sixteen parts of an example, and their merging (docs/network.md §1, §2). */
import mergeSource from "../../kernels/merge.wgsl" with { type: "text" };
import partsSource from "../../kernels/parts.wgsl" with { type: "text" };
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import { type Build, gradientOf, type Layer, newTensor, type Tensor } from "../nn/layer.ts";
import { linearGrid, type Tiles } from "../nn/tiles.ts";
import { CHANNELS, VIEW_SIZE } from "./transforms.ts";

export const parts = { name: "parts", source: partsSource };
export const merge = { name: "merge", source: mergeSource };

/** Parts of an example: four views, four corners of each. */
export const PARTS = 16;
/**
 * A flip, half a turn or both of an image only put its parts into another order: four of the sixty
 * transforms share their parts (docs/augmentation.md §10).
 */
export const ORDERS = 4;
/** Side of a part in pixels. */
export const PART_SIZE = 45;

/** Slicing: bindings state, views, y; B examples, each answered in `orders` orders. */
export function partsDispatch(
  tiles: Tiles,
  label: string,
  B: number,
  bindings: readonly Slice[],
  orders = 1,
): Dispatch {
  return {
    kernel: parts,
    label,
    constants: {
      B,
      ORDERS: orders,
      CHANNELS,
      VIEW: VIEW_SIZE,
      PART: PART_SIZE,
      LANES: tiles.elementLanes,
    },
    bindings,
    workgroups: [Math.ceil(PARTS * B / tiles.elementLanes), PART_SIZE * PART_SIZE, CHANNELS],
  };
}

/**
 * Merging, or its gradient: bindings from, to; Q features of a part, B examples.
 * @param order 0, or which of the other `ORDERS` the parts are put into
 */
export function mergeDispatch(
  tiles: Tiles,
  direction: "forward" | "backward",
  label: string,
  { Q, B }: { Q: number; B: number },
  bindings: readonly Slice[],
  order = 0,
): Dispatch {
  const LANES = tiles.elementLanes;
  return {
    kernel: merge,
    label,
    constants: { Q, B, BACKWARD: direction === "backward" ? 1 : 0, ORDER: order, LANES },
    bindings,
    workgroups: linearGrid(PARTS * Q * B, LANES),
  };
}

/** The first layer: from `views` (slots, B, 2, 3, 69, 69) to (3, 45, 45, 16·B). */
export async function partsLayer(build: Build, views: Slice, orders = 1): Promise<Layer> {
  const shape = { channels: CHANNELS, height: PART_SIZE, width: PART_SIZE, n: PARTS * build.batch };
  const output = { ...await newTensor(build, "parts", shape), constant: true };
  return {
    label: "parts",
    output,
    parameters: [],
    forward: () => [
      partsDispatch(build.tiles, "parts", build.batch, [build.state, views, output.value], orders),
    ],
    backward: () => Promise.resolve([]),
  };
}

/** A merging that can also put the parts into another order. */
export interface MergeLayer extends Layer {
  inOrder(order: number): Dispatch;
}

/** From (features of a part…, 16·B) to (16 · features, B). */
export async function mergeLayer(build: Build, input: Tensor): Promise<MergeLayer> {
  const shape = { Q: input.channels * input.height * input.width, B: build.batch };
  const output = await newTensor(build, "merged", { channels: PARTS * shape.Q, n: shape.B });
  const inOrder = (order: number) =>
    mergeDispatch(build.tiles, "forward", "merge", shape, [input.value, output.value], order);
  return {
    label: "merge",
    output,
    parameters: [],
    inOrder,
    forward: () => [inOrder(0)],
    async backward() {
      const to = await gradientOf(build, input);
      return [
        mergeDispatch(build.tiles, "backward", "merge gradient", shape, [output.gradient!, to]),
      ];
    },
  };
}
