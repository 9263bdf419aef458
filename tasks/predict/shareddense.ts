/** Averaged predictions of `shareddense`. */
import { predict } from "../../lib/predict/predict.ts";
import { shareddense } from "../../lib/galaxy/models/shareddense.ts";

if (import.meta.main) await predict(shareddense);
