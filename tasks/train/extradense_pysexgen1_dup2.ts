/** Trains extradense_pysexgen1_dup2: docs/models.md. */
import { extradensePysexgen1Dup2 } from "../../lib/galaxy/models/extradense_pysexgen1_dup2.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(extradensePysexgen1Dup2);
