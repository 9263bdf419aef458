/** Trains 8433n_extradense_pysex: docs/models.md. */
import { filters8433nExtradensePysex } from "../../lib/galaxy/models/8433n_extradense_pysex.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(filters8433nExtradensePysex);
