/** Averaged predictions of `extradense_big256`. */
import { predict } from "../../lib/run/predict.ts";
import { extradenseBig256 } from "../train/extradense_big256.ts";

if (import.meta.main) await predict(extradenseBig256);
