/** The prediction task of the small model: what the tests of whole processes start. */
import { predict } from "../../lib/predict/predict.ts";
import { smallModel } from "./small.ts";

if (import.meta.main) await predict(smallModel);
