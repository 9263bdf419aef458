/** Averaged predictions of `8433n_maxout2048`. */
import { predict } from "../../lib/predict/predict.ts";
import { filters8433nMaxout2048 } from "../../lib/galaxy/models/8433n_maxout2048.ts";

if (import.meta.main) await predict(filters8433nMaxout2048);
