/** The norm constraint on the weights into a unit (docs/network.md §10). */
import constraintSource from "../../kernels/norm_constraint.wgsl" with { type: "text" };
import squaresSource from "../../kernels/column_squares.wgsl" with { type: "text" };
import { UserError } from "../errors.ts";
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import { linearGrid, MAX_ROUNDS, type Tiles } from "./tiles.ts";

export const columnSquares = { name: "column_squares", source: squaresSource };
export const normConstraint = { name: "norm_constraint", source: constraintSource };

/**
 * Scales every column whose root mean square is above `maxNorm` down to it.
 * @param panels ranges of rows of the weights (K, O), each in one binding
 * @param squares room for O numbers
 * @throws UserError when a panel has more rows than one invocation can add up
 */
export function constrainNorms(
  tiles: Tiles,
  name: string,
  O: number,
  panels: readonly { rows: number; weights: Slice }[],
  squares: Slice,
  maxNorm: number,
): Dispatch[] {
  const inputs = panels.reduce((sum, { rows }) => sum + rows, 0);
  const tooLong = panels.find(({ rows }) => rows > MAX_ROUNDS);
  if (tooLong) {
    throw new UserError(`${name}: norms over ${tooLong.rows} inputs, at most ${MAX_ROUNDS} work`);
  }
  const CAP = maxNorm * Math.sqrt(inputs);
  const LANES = tiles.elementLanes;
  return [
    ...panels.map(({ rows, weights }, index): Dispatch => ({
      kernel: columnSquares,
      label: `${name} norms`,
      constants: { K: rows, O, FIRST: index === 0 ? 1 : 0, LANES: tiles.lanes },
      bindings: [weights, squares],
      workgroups: [Math.ceil(O / tiles.lanes)],
    })),
    ...panels.map(({ rows, weights }): Dispatch => ({
      kernel: normConstraint,
      label: `${name} norm constraint`,
      constants: { K: rows, O, CAP, LANES },
      bindings: [squares, weights],
      workgroups: linearGrid(rows * O, LANES),
    })),
  ];
}
