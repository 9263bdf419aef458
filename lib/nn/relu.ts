/** The gradient of ReLU, where no other kernel applies it (docs/network.md §7). */
import source from "../../kernels/pointwise/relu_gradient.wgsl" with { type: "text" };
import gridSource from "../../kernels/shared/grid.wgsl" with { type: "text" };
import { type Dispatch, dispatch, kernel } from "../gpu/kernel.ts";
import type { Slice } from "../gpu/memory.ts";
import { elementGrid, type Lanes } from "./pointwise.ts";

const reluGradient = kernel(
  "pointwise/relu_gradient",
  [gridSource, source],
  ["y", "dy"],
  ["COUNT", "LANES"],
);

/** Turns the gradient dy of ReLU's output y, `count` numbers, into that of its input. */
export function reluGradientDispatch(
  tiles: Lanes,
  label: string,
  count: number,
  bindings: Readonly<Record<"y" | "dy", Slice>>,
): Dispatch {
  const { LANES, workgroups } = elementGrid(tiles, Math.ceil(count / 4));
  return dispatch(reluGradient, {
    label,
    constants: { COUNT: count, LANES },
    bindings,
    workgroups,
  });
}
