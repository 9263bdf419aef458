/** Trains compact: small enough to train and run without a GPU. */
import { compact } from "../../lib/galaxy/models/compact.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(compact);
