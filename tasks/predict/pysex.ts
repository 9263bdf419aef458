/** Averaged predictions of `pysex`. */
import { predict } from "../../lib/predict/predict.ts";
import { pysex } from "../../lib/galaxy/models/pysex.ts";

if (import.meta.main) await predict(pysex);
