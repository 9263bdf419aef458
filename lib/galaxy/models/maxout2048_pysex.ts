/** One maxout layer, on centred and rescaled galaxies. */
import { maxout2048 } from "./maxout2048.ts";

export const maxout2048Pysex = {
  ...maxout2048,
  name: "maxout2048_pysex",
  preparation: "gen2" as const,
  seed: 13,
};
