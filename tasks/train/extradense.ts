/** Trains extradense: the best single model of the paper. */
import { extradense } from "../../lib/galaxy/models/extradense.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(extradense);
