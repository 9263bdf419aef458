/** Larger filters first, one maxout layer, on centred and rescaled galaxies. */
import { train } from "../../lib/run/train.ts";
import { filters8433nMaxout2048 } from "./8433n_maxout2048.ts";

export const filters8433nMaxout2048Pysex = {
  ...filters8433nMaxout2048,
  name: "8433n_maxout2048_pysex",
  preparation: "gen2" as const,
  seed: 4,
};

if (import.meta.main) await train(filters8433nMaxout2048Pysex);
