/** Averaged predictions of `8433n_maxout2048_pysex`. */
import { predict } from "../../lib/predict/predict.ts";
import { filters8433nMaxout2048Pysex } from "../../lib/galaxy/models/8433n_maxout2048_pysex.ts";

if (import.meta.main) await predict(filters8433nMaxout2048Pysex);
