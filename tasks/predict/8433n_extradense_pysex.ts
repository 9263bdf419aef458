/** Averaged predictions of `8433n_extradense_pysex`. */
import { predict } from "../../lib/predict/predict.ts";
import { filters8433nExtradensePysex } from "../../lib/galaxy/models/8433n_extradense_pysex.ts";

if (import.meta.main) await predict(filters8433nExtradensePysex);
