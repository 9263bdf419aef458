/** Averaged predictions of `8433n_extradense_pysex`. */
import { predict } from "../../lib/run/predict.ts";
import { filters8433nExtradensePysex } from "../train/8433n_extradense_pysex.ts";

if (import.meta.main) await predict(filters8433nExtradensePysex);
