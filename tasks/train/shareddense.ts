/** Trains shareddense: docs/models.md. */
import { shareddense } from "../../lib/galaxy/models/shareddense.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(shareddense);
