/** 192 filters in the last convolution and a ReLU layer instead of maxout. */
import { defineModel } from "../model.ts";

export const bigger = defineModel("bigger", (galaxy) =>
  galaxy
    .parts() // 16 × (3, 45, 45)
    .conv({ filters: 32, size: 6 }).maxPool() // 16 × (32, 20, 20)
    .conv({ filters: 64, size: 5 }).maxPool() // 16 × (64, 8, 8)
    .conv({ filters: 128, size: 3 }) // 16 × (128, 6, 6)
    .conv({ filters: 192, size: 3, weightStd: 0.1 }).maxPool() // 16 × (192, 2, 2)
    .merge() // 12288
    .dense(4096)
    .answers(), { seed: 5 }); // 37, through the decision tree
