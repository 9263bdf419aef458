/** Trains extradense_big256: docs/models.md. */
import { extradenseBig256 } from "../../lib/galaxy/models/extradense_big256.ts";
import { train } from "../../lib/train/train.ts";

if (import.meta.main) await train(extradenseBig256);
