/** The best model on centred and rescaled galaxies. */
import { extradense } from "./extradense.ts";

export const extradensePysex = {
  ...extradense,
  name: "extradense_pysex",
  preparation: "gen2" as const,
  seed: 10,
};
