/** The sixteen parts of an example, and their merging (docs/network.md §1, §2). */
import mergeSource from "../../kernels/galaxy/merge.wgsl" with { type: "text" };
import partsSource from "../../kernels/galaxy/parts.wgsl" with { type: "text" };
import maskSource from "../../kernels/shared/dropout_mask.wgsl" with { type: "text" };
import gridSource from "../../kernels/shared/grid.wgsl" with { type: "text" };
import stateSource from "../../kernels/shared/state.wgsl" with { type: "text" };
import { type Dispatch, dispatch, kernel } from "../gpu/kernel.ts";
import type { Slice } from "../gpu/memory.ts";
import { type Build, type Layer, newGradient, newTensor, type Tensor } from "../nn/layer.ts";
import { elementGrid } from "../nn/pointwise.ts";
import { streamKey } from "../random.ts";
import { CHANNELS, VIEW_SIZE } from "./transforms.ts";

const parts = kernel(
  "galaxy/parts",
  [stateSource, partsSource],
  ["state", "views", "y"],
  ["B", "ORDERS", "CHANNELS", "VIEW", "PART", "LANES"],
);
const merge = kernel(
  "galaxy/merge",
  [stateSource, maskSource, gridSource, mergeSource],
  ["state", "source", "result"],
  ["Q", "B", "BACKWARD", "ORDER", "DROPOUT", "KEY0", "KEY1", "LANES"],
);

/** Parts of an example: four views, four corners of each. */
export const PARTS = 16;
/**
 * A flip, half a turn or both of an image only put its parts into another order: four of the sixty
 * transforms share their parts (docs/augmentation.md §10).
 */
export const ORDERS = 4;
/** Side of a part in pixels. */
export const PART_SIZE = 45;

/**
 * The first layer: from `views` (slots, B, 2, 3, 69, 69) to (3, 45, 45, 16·B).
 * @param orders slots of answers that share their views
 */
export async function partsLayer(build: Build, views: Slice, orders = 1): Promise<Layer> {
  const { batch: B, state, tiles } = build;
  const shape = { channels: CHANNELS, height: PART_SIZE, width: PART_SIZE, n: PARTS * B };
  const output = await newTensor(build, "parts", shape);
  const LANES = tiles.elementLanes;
  const constants = { B, ORDERS: orders, CHANNELS, VIEW: VIEW_SIZE, PART: PART_SIZE, LANES };
  return {
    label: "parts",
    output,
    parameters: [],
    forward: () => [
      dispatch(parts, {
        label: "parts",
        constants,
        bindings: { state, views, y: output.value },
        workgroups: [Math.ceil(PARTS * B / LANES), PART_SIZE * PART_SIZE, CHANNELS],
      }),
    ],
    backward: () => Promise.resolve({ dispatches: [] }),
  };
}

/** A merging that can also put the parts into another order. */
export interface MergeLayer extends Layer {
  /** @param order 0, or which of the other `ORDERS` */
  inOrder(order: number): Dispatch;
}

/**
 * From (features of a part…, 16·B) to (16 · features, B).
 * @param mask number of the dropout of what is merged, where the next layer wants it; training then
 *   leaves that where predicting leaves all features
 */
export async function mergeLayer(build: Build, input: Tensor, mask?: number): Promise<MergeLayer> {
  const Q = input.channels * input.height * input.width, B = build.batch;
  const output = await newTensor(build, "merged", { channels: PARTS * Q, n: B });
  const { LANES, workgroups } = elementGrid(build.tiles, PARTS * Q * B);
  const [KEY0, KEY1] = mask === undefined ? [0, 0] : streamKey(build.seed, "dropout", mask);
  const shape = { Q, B, KEY0, KEY1, LANES };
  const trained = { ...shape, ORDER: 0, DROPOUT: mask === undefined ? 0 : 1 };
  const forward = { state: build.state, source: input.value, result: output.value };
  const inOrder = (order: number) =>
    dispatch(merge, {
      label: "merge",
      constants: { ...shape, BACKWARD: 0, ORDER: order, DROPOUT: 0 },
      bindings: forward,
      workgroups,
    });
  return {
    label: "merge",
    output,
    parameters: [],
    inOrder,
    forward(mode) {
      if (mode === "predict") return [inOrder(0)];
      const constants = { ...trained, BACKWARD: 0 };
      return [dispatch(merge, { label: "merge", constants, bindings: forward, workgroups })];
    },
    async backward(dy) {
      const dx = await newGradient(build, input);
      const gradient = dispatch(merge, {
        label: "merge gradient",
        constants: { ...trained, BACKWARD: 1 },
        bindings: { state: build.state, source: dy, result: dx },
        workgroups,
      });
      return { dx, dispatches: [gradient] };
    },
  };
}
