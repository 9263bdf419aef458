/** A maxout layer of 512 units shared by the sixteen parts before the large one. */
import { defineModel } from "../model.ts";

export const shareddense512 = defineModel("shareddense512", (galaxy) =>
  galaxy
    .parts() // 16 × (3, 45, 45)
    .conv({ filters: 32, size: 6 }).maxPool() // 16 × (32, 20, 20)
    .conv({ filters: 64, size: 5 }).maxPool() // 16 × (64, 8, 8)
    .conv({ filters: 128, size: 3 }) // 16 × (128, 6, 6)
    .conv({ filters: 128, size: 3, weightStd: 0.1 }).maxPool() // 16 × (128, 2, 2)
    .partMaxout(512) // 16 × (512)
    .merge() // 8192
    .maxout(2048)
    .answers(), { seed: 17 }); // 37, through the decision tree
