/** Trains 8433n_maxout2048_pysex: docs/models.md. */
import { filters8433nMaxout2048Pysex } from "../../lib/galaxy/models/8433n_maxout2048_pysex.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(filters8433nMaxout2048Pysex);
