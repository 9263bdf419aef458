/** Averaged predictions of `8433n_extradense`. */
import { predict } from "../../lib/run/predict.ts";
import { filters8433nExtradense } from "../train/8433n_extradense.ts";

if (import.meta.main) await predict(filters8433nExtradense);
