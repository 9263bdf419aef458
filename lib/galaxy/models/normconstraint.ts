/**
 * The best model with a cap on the norm of the weights into each maxout unit. As the original has it,
 * the norm is a root mean square and the cap is hardly ever reached (docs/network.md §10).
 */
import { defineModel } from "../model.ts";

const CAPS = [0.4, 0.23];

function constrained(caps: readonly number[]) {
  return defineModel("normconstraint", (galaxy) =>
    galaxy
      .parts() // 16 × (3, 45, 45)
      .conv({ filters: 32, size: 6 }).maxPool() // 16 × (32, 20, 20)
      .conv({ filters: 64, size: 5 }).maxPool() // 16 × (64, 8, 8)
      .conv({ filters: 128, size: 3 }) // 16 × (128, 6, 6)
      .conv({ filters: 128, size: 3, weightStd: 0.1 }).maxPool() // 16 × (128, 2, 2)
      .merge() // 8192
      .maxout(2048, { maxNorm: caps[0] })
      .maxout(2048, { maxNorm: caps[1] })
      .answers(), { seed: 14 }); // 37, through the decision tree
}

export const normconstraint = constrained(CAPS);

/** The caps read as L2 norms: root mean squares over 8192 and 2048 inputs. */
export const normconstraintL2 = constrained([CAPS[0] / Math.sqrt(8192), CAPS[1] / Math.sqrt(2048)]);
