/** Shapes of dense layers, and plans for their panels (docs/network.md §5). */
import type { Kernel, Workgroups } from "../../gpu/kernel.ts";
import type { UpdateConstant } from "../optimiser.ts";
import type { KernelPlan, Machine } from "../variants.ts";

/** Inputs K, stored outputs O (a multiple of 4), examples B. */
export interface DenseShape {
  readonly K: number;
  readonly O: number;
  readonly B: number;
}

/** What runs over a panel of so many rows of the weights, without what the layer adds. */
export type PanelPlan<Binding extends string, Constant extends string = never> = (
  rows: number,
) => KernelPlan<Binding, Constant>;

/** What the layer adds: the first of the panel's sums among those of all, and the optimiser's. */
type Later = "FIRST" | UpdateConstant;

/** A plan, given all constants that its kernel lists but those that the layer adds. */
export function panelPlan<Binding extends string, Constant extends string>(
  kernel: Kernel<Binding, Constant>,
  constants: Readonly<Record<Exclude<Constant, Later>, number>>,
  workgroups: Workgroups,
): KernelPlan<Binding, Exclude<Constant, Later>> {
  return { kernel, constants, workgroups };
}

/** Whether the `subgroup` kernels can run: they know the size of a subgroup, and take examples in fours. */
export function canShareLoads({ subgroup }: Machine, { B }: DenseShape): boolean {
  return subgroup >= 4 && B % 4 === 0;
}
