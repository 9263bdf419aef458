/** Trains maxout2048_pysex: docs/models.md. */
import { maxout2048Pysex } from "../../lib/galaxy/models/maxout2048_pysex.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(maxout2048Pysex);
