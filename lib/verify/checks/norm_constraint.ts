/** Checks of the norm constraint. */
import { part } from "../../gpu/memory.ts";
import { constrainNorms } from "../../nn/norm_constraint.ts";
import { constrainNorms as twin } from "../reference/norm_constraint.ts";
import { type Check, check, compare, type TilesName } from "./bench.ts";

/** Weights (rows in all panels, O): most columns above the cap, some below, one all zero. */
function normCheck(tiles: TilesName, O: number, panels: readonly number[]): Check {
  const K = panels.reduce((sum, rows) => sum + rows, 0);
  return check(`norm constraint ${panels.join("+")}×${O}`, tiles, async (bench) => {
    const w = bench.numbers(K * O).map((value, at) => value * (at % O) / O);
    const maxNorm = 0.2;
    const weights = await bench.put(w);
    const squares = await bench.put(new Float32Array(O).fill(7)); // of the last time
    let first = 0;
    const slices = panels.map((rows) => {
      const slice = part(weights, first * O, rows * O);
      first += rows;
      return { rows, weights: slice };
    });
    await bench.run(
      constrainNorms(bench.tiles, { name: "w", O, panels: slices, squares, maxNorm }),
    );
    return [compare("w", await bench.read(weights, K * O), twin(w, { K, O }, maxNorm))];
  });
}

export const NORM_CONSTRAINT: readonly Check[] = [
  normCheck("software", 40, [130]),
  normCheck("gpu", 12, [64, 64, 5]),
  normCheck("small", 4, [1]),
  normCheck("software", 64, [2048]),
];
