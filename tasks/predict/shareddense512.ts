/** Averaged predictions of `shareddense512`. */
import { predict } from "../../lib/run/predict.ts";
import { shareddense512 } from "../train/shareddense512.ts";

if (import.meta.main) await predict(shareddense512);
