/** Averaged predictions of `extradense_pysexgen1_dup2`. */
import { predict } from "../../lib/predict/predict.ts";
import { extradensePysexgen1Dup2 } from "../../lib/galaxy/models/extradense_pysexgen1_dup2.ts";

if (import.meta.main) await predict(extradensePysexgen1Dup2);
