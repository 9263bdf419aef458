/** Trains shareddense512: docs/models.md. */
import { shareddense512 } from "../../lib/galaxy/models/shareddense512.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(shareddense512);
