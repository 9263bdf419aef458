/** Averaged predictions of `maxout2048`. */
import { predict } from "../../lib/predict/predict.ts";
import { maxout2048 } from "../../lib/galaxy/models/maxout2048.ts";

if (import.meta.main) await predict(maxout2048);
