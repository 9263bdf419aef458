/** The decision-tree output and its loss (docs/network.md §6 to §8). */
import forwardSource from "../../kernels/decision_tree.wgsl" with { type: "text" };
import gradientSource from "../../kernels/decision_tree_gradient.wgsl" with { type: "text" };
import lossSource from "../../kernels/squared_error.wgsl" with { type: "text" };
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import type { Tiles } from "../nn/tiles.ts";

export const decisionTree = { name: "decision_tree", source: forwardSource };
export const decisionTreeGradient = { name: "decision_tree_gradient", source: gradientSource };
export const squaredError = { name: "squared_error", source: lossSource };

/** Answers of B examples: bindings state, z, y. In the warm-up only clipped to [0, 1]. */
export function decisionTreeDispatch(
  tiles: Tiles,
  B: number,
  warmUp: boolean,
  bindings: readonly Slice[],
): Dispatch {
  return {
    kernel: decisionTree,
    label: warmUp ? "clipped output" : "decision tree",
    constants: { B, WARM_UP: warmUp ? 1 : 0, LANES: tiles.lanes },
    bindings,
    workgroups: [Math.ceil(B / tiles.lanes)],
  };
}

/** Its gradient: bindings state, z, y, dy, dz. */
export function decisionTreeGradientDispatch(
  tiles: Tiles,
  B: number,
  warmUp: boolean,
  bindings: readonly Slice[],
): Dispatch {
  return {
    kernel: decisionTreeGradient,
    label: warmUp ? "clipped output gradient" : "decision tree gradient",
    constants: { B, WARM_UP: warmUp ? 1 : 0, LANES: tiles.lanes },
    bindings,
    workgroups: [Math.ceil(B / tiles.lanes)],
  };
}

/** Mean squared error and its gradient: bindings state, y, labels, dy, loss. */
export function squaredErrorDispatch(
  tiles: Tiles,
  B: number,
  bindings: readonly Slice[],
): Dispatch {
  return {
    kernel: squaredError,
    label: "squared error",
    constants: { B, LANES: tiles.elementLanes },
    bindings,
    workgroups: [1],
  };
}
