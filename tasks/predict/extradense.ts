/** Averaged predictions of `extradense`. */
import { predict } from "../../lib/run/predict.ts";
import { extradense } from "../train/extradense.ts";

if (import.meta.main) await predict(extradense);
