/** Every kernel against its reference: what `deno task verify` runs. */
import type { Check } from "./bench.ts";
import { CONV2D } from "./conv2d.ts";
import { DECISION_TREE } from "./decision_tree.ts";
import { DENSE } from "./dense.ts";
import { DROPOUT } from "./dropout.ts";
import { NORM_CONSTRAINT } from "./norm_constraint.ts";
import { NOT_FINITE_NUMBERS } from "./not_finite.ts";
import { PARTS_AND_MERGING } from "./parts.ts";
import { POOLING } from "./pooling.ts";
import { UPDATES } from "./updates.ts";

export const ALL_CHECKS: readonly Check[] = [
  ...PARTS_AND_MERGING,
  ...CONV2D,
  ...POOLING,
  ...DENSE,
  ...NORM_CONSTRAINT,
  ...NOT_FINITE_NUMBERS,
  ...DROPOUT,
  ...DECISION_TREE,
  ...UPDATES,
];
