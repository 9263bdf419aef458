/** Trains 8433n_extradense: docs/models.md. */
import { filters8433nExtradense } from "../../lib/galaxy/models/8433n_extradense.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(filters8433nExtradense);
