/** Averaged predictions of `compact`. */
import { predict } from "../../lib/predict/predict.ts";
import { compact } from "../../lib/galaxy/models/compact.ts";

if (import.meta.main) await predict(compact);
