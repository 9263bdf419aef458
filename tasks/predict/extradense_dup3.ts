/** Averaged predictions of `extradense_dup3`. */
import { predict } from "../../lib/run/predict.ts";
import { extradenseDup3 } from "../train/extradense_dup3.ts";

if (import.meta.main) await predict(extradenseDup3);
