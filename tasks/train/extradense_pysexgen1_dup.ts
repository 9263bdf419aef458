/** Trains extradense_pysexgen1_dup: docs/models.md. */
import { extradensePysexgen1Dup } from "../../lib/galaxy/models/extradense_pysexgen1_dup.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(extradensePysexgen1Dup);
