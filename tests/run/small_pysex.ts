/** A small model that centres galaxies, and made-up parameters for a survey. */
import { openDataset } from "../../lib/data/dataset.ts";
import { writeNpy } from "../../lib/formats/npy.ts";
import { defineModel } from "../../lib/galaxy/model.ts";
import { Random } from "../../lib/random.ts";

export const smallPysex = defineModel("small_pysex", (galaxy) =>
  galaxy
    .centred("gen2")
    .parts()
    .conv({ filters: 4, size: 6, weightStd: 0.14 }).maxPool()
    .conv({ filters: 4, size: 5, weightStd: 0.14 }).maxPool()
    .conv({ filters: 4, size: 3, weightStd: 0.2 })
    .conv({ filters: 4, size: 3, weightStd: 0.2 }).maxPool()
    .merge()
    .maxout(8, { weightStd: 0.05 })
    .answers({ weightStd: 0.1 }));

/** Writes parameters of generation 2 for the galaxies of `data` into `folder`. */
export async function writeParameters(data: string, folder: string, seed = 1) {
  const sets = await openDataset(data, { need: { train: true, test: true } });
  for (const set of ["train", "test"] as const) {
    const random = new Random(seed, "test");
    const rows = sets[set].ids.map(() => [
      random.uniform(180, 250),
      random.uniform(180, 250),
      random.uniform(20, 50),
      15,
      random.uniform(0, 180),
      5.28,
    ]);
    await writeNpy(`${folder}/pysex_params_gen2_${set}.npy.gz`, {
      shape: [rows.length, 6],
      data: Float64Array.from(rows.flat()),
    });
  }
}
