/** Trains extradense_pysex: docs/models.md. */
import { extradensePysex } from "../../lib/galaxy/models/extradense_pysex.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(extradensePysex);
