/** Trains or predicts with the small centring model: what the tests of whole processes start. */
import { predict } from "../../lib/predict/predict.ts";
import { train } from "../../lib/train/train.ts";
import { SMALL_SETTINGS } from "./small.ts";
import { smallPysex } from "./small_pysex.ts";

if (import.meta.main) {
  // Prediction takes --set, training does not.
  if (Deno.args.includes("--set")) await predict(smallPysex);
  else await train(smallPysex, { settings: SMALL_SETTINGS });
}
