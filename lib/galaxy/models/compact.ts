/**
 * Ours, not of the paper: small enough for a processor, and the one whose parameters are shipped
 * (weights/README.md). The same family at a fraction of the filters and units. Initial weights are
 * scaled to the number of inputs, since the paper's leave so narrow a network at the mean.
 */
import { defineModel } from "../model.ts";

export const compact = defineModel("compact", (galaxy) =>
  galaxy
    .parts() // 16 × (3, 45, 45)
    .conv({ filters: 16, size: 6, weightStd: 0.136 }).maxPool() // 16 × (16, 20, 20)
    .conv({ filters: 32, size: 5, weightStd: 0.071 }).maxPool() // 16 × (32, 8, 8)
    .conv({ filters: 64, size: 3, weightStd: 0.083 }) // 16 × (64, 6, 6)
    .conv({ filters: 64, size: 3, weightStd: 0.059 }).maxPool() // 16 × (64, 2, 2)
    .merge() // 4096
    .maxout(256, { weightStd: 0.013 })
    .maxout(256, { weightStd: 0.03 })
    .answers({ weightStd: 0.03 }), { seed: 18 }); // 37, through the decision tree
