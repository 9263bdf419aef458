/** Averaged predictions of `shareddense`. */
import { predict } from "../../lib/run/predict.ts";
import { shareddense } from "../train/shareddense.ts";

if (import.meta.main) await predict(shareddense);
