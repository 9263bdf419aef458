/** Averaged predictions of `extradense_dup3`. */
import { predict } from "../../lib/predict/predict.ts";
import { extradenseDup3 } from "../../lib/galaxy/models/extradense_dup3.ts";

if (import.meta.main) await predict(extradenseDup3);
