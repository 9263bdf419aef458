/** Averaged predictions of `extradense_pysex`. */
import { predict } from "../../lib/predict/predict.ts";
import { extradensePysex } from "../../lib/galaxy/models/extradense_pysex.ts";

if (import.meta.main) await predict(extradensePysex);
