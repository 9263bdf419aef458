/** Averaged predictions of `extradense_pysexgen1_dup`. */
import { predict } from "../../lib/predict/predict.ts";
import { extradensePysexgen1Dup } from "../../lib/galaxy/models/extradense_pysexgen1_dup.ts";

if (import.meta.main) await predict(extradensePysexgen1Dup);
