/** Trains normconstraint: docs/models.md. */
import { normconstraint, normconstraintL2 } from "../../lib/galaxy/models/normconstraint.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(normconstraint, { l2: normconstraintL2 });
