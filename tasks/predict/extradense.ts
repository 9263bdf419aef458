/** Averaged predictions of `extradense`. */
import { predict } from "../../lib/predict/predict.ts";
import { extradense } from "../../lib/galaxy/models/extradense.ts";

if (import.meta.main) await predict(extradense);
