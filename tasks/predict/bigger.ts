/** Averaged predictions of `bigger`. */
import { predict } from "../../lib/run/predict.ts";
import { bigger } from "../train/bigger.ts";

if (import.meta.main) await predict(bigger);
