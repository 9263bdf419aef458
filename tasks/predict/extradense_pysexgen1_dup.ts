/** Averaged predictions of `extradense_pysexgen1_dup`. */
import { predict } from "../../lib/run/predict.ts";
import { extradensePysexgen1Dup } from "../train/extradense_pysexgen1_dup.ts";

if (import.meta.main) await predict(extradensePysexgen1Dup);
