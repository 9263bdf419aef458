/** The best model again, from another seed. */
import { train } from "../../lib/run/train.ts";
import { extradense } from "./extradense.ts";

export const extradenseDup3 = { ...extradense, name: "extradense_dup3", seed: 9 };

if (import.meta.main) await train(extradenseDup3);
