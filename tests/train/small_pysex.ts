/** A small model that centres galaxies, and synthetic parameters for a survey. */
import { openDataset } from "../../lib/data/dataset.ts";
import { checkImages } from "../../lib/data/images/check.ts";
import { writeMarkedNpy } from "../../lib/formats/marked_npy.ts";
import { writeNpy } from "../../lib/formats/npy.ts";
import { defineModel } from "../../lib/galaxy/model.ts";
import { IMAGE_SIZE } from "../../lib/galaxy/transforms.ts";
import { galaxiesMark, imagesMark } from "../../lib/marks.ts";
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

/**
 * Writes parameters of generation 2 for the galaxies of `data` into `folder`, in the order of their ids.
 * @param options `marked`: whether the files say what they were made from, as ours do
 */
export async function writeParameters(
  data: string,
  folder: string,
  { seed = 1, marked = true } = {},
) {
  const sets = await openDataset(data, { need: { train: true, test: true } });
  for (const set of ["train", "test"] as const) {
    const random = new Random(seed, "test");
    const order = [...sets[set].ids.keys()].sort((a, b) => sets[set].ids[a] - sets[set].ids[b]);
    const ids = order.map((k) => sets[set].ids[k]);
    const rows = ids.map(() => [
      random.uniform(180, 250),
      random.uniform(180, 250),
      random.uniform(20, 50),
      15,
      random.uniform(0, 180),
      5.28,
    ]);
    const path = `${folder}/pysex_params_gen2_${set}.npy.gz`;
    const array = { shape: [rows.length, 6], data: Float64Array.from(rows.flat()) };
    if (!marked) {
      await writeNpy(path, array);
      continue;
    }
    const paths = order.map((k) => sets[set].paths[k]);
    const images = imagesMark(await checkImages(paths, { size: IMAGE_SIZE }));
    await writeMarkedNpy(path, array, {
      kind: "Source Extractor parameters",
      marks: { galaxies: galaxiesMark(ids), images },
      facts: {},
    });
  }
}
