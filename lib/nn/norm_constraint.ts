/** The norm constraint on the weights into a unit (docs/network.md §10). */
import squaresSource from "../../kernels/pointwise/column_squares.wgsl" with { type: "text" };
import constraintSource from "../../kernels/pointwise/norm_constraint.wgsl" with { type: "text" };
import gridSource from "../../kernels/shared/grid.wgsl" with { type: "text" };
import { UserError } from "../errors.ts";
import { type Dispatch, dispatch, kernel } from "../gpu/kernel.ts";
import type { Slice } from "../gpu/memory.ts";
import { columnGrid, elementGrid, type Lanes } from "./pointwise.ts";
import { MAX_ITERATIONS } from "./tiles.ts";

const columnSquares = kernel(
  "pointwise/column_squares",
  [gridSource, squaresSource],
  ["w", "squares"],
  ["K", "O", "FIRST", "LANES"],
);
const normConstraint = kernel(
  "pointwise/norm_constraint",
  [gridSource, constraintSource],
  ["squares", "w"],
  ["K", "O", "CAP", "LANES"],
);

/** Weights (K, O), in panels of rows that fit into one binding each. */
export interface ConstrainedWeights {
  readonly name: string;
  readonly O: number;
  readonly panels: readonly { readonly rows: number; readonly weights: Slice }[];
  /** Room for O numbers. */
  readonly squares: Slice;
  /** The largest root mean square of a column. */
  readonly maxNorm: number;
}

/**
 * Scales every column whose root mean square is above `maxNorm` down to it.
 * @throws UserError when a panel has more rows than one invocation can add up
 */
export function constrainNorms(
  tiles: Lanes,
  { name, O, panels, squares, maxNorm }: ConstrainedWeights,
): Dispatch[] {
  const inputs = panels.reduce((sum, { rows }) => sum + rows, 0);
  const tooLong = panels.find(({ rows }) => rows > MAX_ITERATIONS);
  if (tooLong) {
    throw new UserError(
      `${name}: norms over ${tooLong.rows} inputs, at most ${MAX_ITERATIONS} work`,
    );
  }
  const CAP = maxNorm * Math.sqrt(inputs);
  return [
    ...panels.map(({ rows, weights }, index) => {
      const { LANES, workgroups } = columnGrid(tiles, O);
      return dispatch(columnSquares, {
        label: `${name} norms`,
        constants: { K: rows, O, FIRST: index === 0 ? 1 : 0, LANES },
        bindings: { w: weights, squares },
        workgroups,
      });
    }),
    ...panels.map(({ rows, weights }) => {
      const { LANES, workgroups } = elementGrid(tiles, rows * O);
      return dispatch(normConstraint, {
        label: `${name} norm constraint`,
        constants: { K: rows, O, CAP, LANES },
        bindings: { squares, w: weights },
        workgroups,
      });
    }),
  ];
}
