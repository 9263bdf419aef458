/** The same from another seed. */
import { extradense } from "./extradense.ts";

export const extradensePysexgen1Dup2 = {
  ...extradense,
  name: "extradense_pysexgen1_dup2",
  preparation: "gen1" as const,
  seed: 12,
};
