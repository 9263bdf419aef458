/** The decision-tree output and its loss (docs/network.md §6 to §8). */
import forwardSource from "../../kernels/galaxy/decision_tree.wgsl" with { type: "text" };
import gradientSource from "../../kernels/galaxy/decision_tree_gradient.wgsl" with { type: "text" };
import lossSource from "../../kernels/galaxy/squared_error.wgsl" with { type: "text" };
import gridSource from "../../kernels/shared/grid.wgsl" with { type: "text" };
import stateSource from "../../kernels/shared/state.wgsl" with { type: "text" };
import { type Dispatch, dispatch, kernel } from "../gpu/kernel.ts";
import type { Slice } from "../gpu/memory.ts";
import { columnGrid, type Lanes, together } from "../nn/pointwise.ts";
import { ANSWER_COUNT, QUESTIONS } from "./questions.ts";

/** The tree as WGSL: question q has the answers FIRST[q] to FIRST[q + 1] − 1; no parent is −1. */
const TREE = `const ANSWERS = ${ANSWER_COUNT};
const QUESTIONS = ${QUESTIONS.length};
const FIRST = array<i32, QUESTIONS + 1>(${[...QUESTIONS.map((q) => q.first), ANSWER_COUNT]});
const PARENT = array<i32, QUESTIONS>(${QUESTIONS.map((q) => q.parent ?? -1)});`;

const decisionTree = kernel(
  "galaxy/decision_tree",
  [stateSource, gridSource, TREE, forwardSource],
  ["state", "z", "y"],
  ["B", "WARM_UP", "LANES"],
);
const decisionTreeGradient = kernel(
  "galaxy/decision_tree_gradient",
  [stateSource, gridSource, TREE, gradientSource],
  ["state", "z", "y", "dy", "dz"],
  ["B", "WARM_UP", "LANES"],
);
export const squaredError = kernel(
  "galaxy/squared_error",
  [stateSource, TREE, lossSource],
  ["state", "y", "labels", "dy", "loss"],
  ["B", "TOGETHER", "LANES"],
);

/** The output of B examples; in the warm-up the raw outputs are only clipped to [0, 1]. */
export interface TreeRun<Binding extends string> {
  readonly B: number;
  readonly warmUp: boolean;
  readonly bindings: Readonly<Record<Binding, Slice>>;
}

/** y of z. */
export function decisionTreeDispatch(
  tiles: Lanes,
  { B, warmUp, bindings }: TreeRun<"state" | "z" | "y">,
): Dispatch {
  const { LANES, workgroups } = columnGrid(tiles, B);
  return dispatch(decisionTree, {
    label: warmUp ? "clipped output" : "decision tree",
    constants: { B, WARM_UP: warmUp ? 1 : 0, LANES },
    bindings,
    workgroups,
  });
}

/** dz of z, y and dy. */
export function decisionTreeGradientDispatch(
  tiles: Lanes,
  { B, warmUp, bindings }: TreeRun<"state" | "z" | "y" | "dy" | "dz">,
): Dispatch {
  const { LANES, workgroups } = columnGrid(tiles, B);
  return dispatch(decisionTreeGradient, {
    label: warmUp ? "clipped output gradient" : "decision tree gradient",
    constants: { B, WARM_UP: warmUp ? 1 : 0, LANES },
    bindings,
    workgroups,
  });
}

/** The mean squared error of y, and its gradient dy. */
export function squaredErrorDispatch(
  { elementLanes: LANES }: Lanes,
  B: number,
  bindings: Readonly<Record<"state" | "y" | "labels" | "dy" | "loss", Slice>>,
): Dispatch {
  return dispatch(squaredError, {
    label: "squared error",
    constants: { B, TOGETHER: together(Math.ceil(B * ANSWER_COUNT / LANES)), LANES },
    bindings,
    workgroups: [1],
  });
}
