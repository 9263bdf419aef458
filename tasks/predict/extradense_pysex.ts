/** Averaged predictions of `extradense_pysex`. */
import { predict } from "../../lib/run/predict.ts";
import { extradensePysex } from "../train/extradense_pysex.ts";

if (import.meta.main) await predict(extradensePysex);
