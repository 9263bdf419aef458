/** Averaged predictions of `maxout2048`. */
import { predict } from "../../lib/run/predict.ts";
import { maxout2048 } from "../train/maxout2048.ts";

if (import.meta.main) await predict(maxout2048);
