/** A ReLU layer instead of maxout, on centred and rescaled galaxies. */
import { defineModel } from "../model.ts";

export const pysex = defineModel("pysex", (galaxy) =>
  galaxy
    .centred("gen2")
    .parts() // 16 × (3, 45, 45)
    .conv({ filters: 32, size: 6 }).maxPool() // 16 × (32, 20, 20)
    .conv({ filters: 64, size: 5 }).maxPool() // 16 × (64, 8, 8)
    .conv({ filters: 128, size: 3 }) // 16 × (128, 6, 6)
    .conv({ filters: 128, size: 3, weightStd: 0.1 }).maxPool() // 16 × (128, 2, 2)
    .merge() // 8192
    .dense(4096)
    .answers(), { seed: 15 }); // 37, through the decision tree
