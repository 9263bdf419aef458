/** Trains pysex: docs/models.md. */
import { pysex } from "../../lib/galaxy/models/pysex.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(pysex);
