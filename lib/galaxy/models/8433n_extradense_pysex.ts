/** Larger filters first, on centred and rescaled galaxies. */
import { filters8433nExtradense } from "./8433n_extradense.ts";

export const filters8433nExtradensePysex = {
  ...filters8433nExtradense,
  name: "8433n_extradense_pysex",
  preparation: "gen2" as const,
  seed: 3,
};
