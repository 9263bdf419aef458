/** Trains extradense_dup3: docs/models.md. */
import { extradenseDup3 } from "../../lib/galaxy/models/extradense_dup3.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(extradenseDup3);
