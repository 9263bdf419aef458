/** Averaged predictions of `shareddense512`. */
import { predict } from "../../lib/predict/predict.ts";
import { shareddense512 } from "../../lib/galaxy/models/shareddense512.ts";

if (import.meta.main) await predict(shareddense512);
