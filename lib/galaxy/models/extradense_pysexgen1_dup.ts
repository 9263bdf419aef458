/** The best model on galaxies centred and rescaled by the first generation of parameters. */
import { extradense } from "./extradense.ts";

export const extradensePysexgen1Dup = {
  ...extradense,
  name: "extradense_pysexgen1_dup",
  preparation: "gen1" as const,
  seed: 11,
};
