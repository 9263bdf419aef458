/** Larger filters first, one maxout layer, on centred and rescaled galaxies. */
import { filters8433nMaxout2048 } from "./8433n_maxout2048.ts";

export const filters8433nMaxout2048Pysex = {
  ...filters8433nMaxout2048,
  name: "8433n_maxout2048_pysex",
  preparation: "gen2" as const,
  seed: 4,
};
