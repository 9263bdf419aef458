/** The best model again, from another seed. */
import { extradense } from "./extradense.ts";

export const extradenseDup3 = { ...extradense, name: "extradense_dup3", seed: 9 };
