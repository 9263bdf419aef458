/** The training task of the small model: what the tests of whole processes start. */
import { train } from "../../lib/train/train.ts";
import { SMALL_SETTINGS, smallModel } from "./small.ts";

if (import.meta.main) await train(smallModel, { settings: SMALL_SETTINGS });
