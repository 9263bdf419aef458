/** Larger filters first, 8, 4, 3, 3, and a single maxout layer. */
import { defineModel } from "../model.ts";

export const filters8433nMaxout2048 = defineModel("8433n_maxout2048", (galaxy) =>
  galaxy
    .parts() // 16 × (3, 45, 45)
    .conv({ filters: 32, size: 8 }).maxPool() // 16 × (32, 19, 19)
    .conv({ filters: 64, size: 4 }).maxPool() // 16 × (64, 8, 8)
    .conv({ filters: 128, size: 3 }) // 16 × (128, 6, 6)
    .conv({ filters: 128, size: 3, weightStd: 0.1 }).maxPool() // 16 × (128, 2, 2)
    .merge() // 8192
    .maxout(2048)
    .answers(), { seed: 1 }); // 37, through the decision tree
