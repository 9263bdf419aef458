/** Trains maxout2048: docs/models.md. */
import { maxout2048 } from "../../lib/galaxy/models/maxout2048.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(maxout2048);
