/** Averaged predictions of `maxout2048_pysex`. */
import { predict } from "../../lib/predict/predict.ts";
import { maxout2048Pysex } from "../../lib/galaxy/models/maxout2048_pysex.ts";

if (import.meta.main) await predict(maxout2048Pysex);
