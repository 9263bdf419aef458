/** Trains bigger: docs/models.md. */
import { bigger } from "../../lib/galaxy/models/bigger.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(bigger);
