/** Averaged predictions of `normconstraint`. */
import { predict } from "../../lib/predict/predict.ts";
import { normconstraint } from "../../lib/galaxy/models/normconstraint.ts";

if (import.meta.main) await predict(normconstraint);
