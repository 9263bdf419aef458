/** Averaged predictions of `extradense_big256`. */
import { predict } from "../../lib/predict/predict.ts";
import { extradenseBig256 } from "../../lib/galaxy/models/extradense_big256.ts";

if (import.meta.main) await predict(extradenseBig256);
