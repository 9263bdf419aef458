/** Averaged predictions of `8433n_extradense`. */
import { predict } from "../../lib/predict/predict.ts";
import { filters8433nExtradense } from "../../lib/galaxy/models/8433n_extradense.ts";

if (import.meta.main) await predict(filters8433nExtradense);
