/** Averaged predictions of `normconstraint`. */
import { predict } from "../../lib/run/predict.ts";
import { normconstraint } from "../train/normconstraint.ts";

if (import.meta.main) await predict(normconstraint);
