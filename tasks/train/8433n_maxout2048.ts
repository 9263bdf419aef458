/** Trains 8433n_maxout2048: docs/models.md. */
import { filters8433nMaxout2048 } from "../../lib/galaxy/models/8433n_maxout2048.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(filters8433nMaxout2048);
