/** Averaged predictions of `pysex`. */
import { predict } from "../../lib/run/predict.ts";
import { pysex } from "../train/pysex.ts";

if (import.meta.main) await predict(pysex);
