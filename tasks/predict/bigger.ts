/** Averaged predictions of `bigger`. */
import { predict } from "../../lib/predict/predict.ts";
import { bigger } from "../../lib/galaxy/models/bigger.ts";

if (import.meta.main) await predict(bigger);
