/** A network of few filters whose first weights are large enough to tell galaxies apart. */
import { defineModel, type Model } from "../../lib/galaxy/model.ts";
import type { Generation } from "../../lib/galaxy/sextractor.ts";

/** @param generation centres galaxies, by parameters of this kind */
export function smallModel(generation?: Generation): Model {
  return defineModel("small", (galaxy) => {
    if (generation) galaxy.centred(generation);
    return galaxy.parts()
      .conv({ filters: 4, size: 6, weightStd: 0.1 }).maxPool()
      .conv({ filters: 4, size: 5, weightStd: 0.1 }).maxPool()
      .merge()
      .maxout(8, { weightStd: 0.05 })
      .answers({ weightStd: 0.1 });
  });
}
