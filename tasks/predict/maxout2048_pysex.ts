/** Averaged predictions of `maxout2048_pysex`. */
import { predict } from "../../lib/run/predict.ts";
import { maxout2048Pysex } from "../train/maxout2048_pysex.ts";

if (import.meta.main) await predict(maxout2048Pysex);
