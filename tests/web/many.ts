/** What the page is made of, for many pictures at once: bundled as the page is, and put beside it. */
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { IMAGE_BYTES } from "../../lib/data/views/warp.ts";
import { Classifier } from "../../lib/library/classifier.ts";
import { openAdapter } from "../../web/adapter.ts";
import { shippedParameters } from "../../web/parameter_file.ts";
import { readPictureFile } from "../../web/picture_file.ts";

/** Pictures that go through the network together. */
const BATCH = 12;

/** @param names of files in the page's folder @returns the 37 fractions of each, after one look */
export async function fractions(names: readonly string[]): Promise<number[][]> {
  const pixels = new Uint8Array(names.length * IMAGE_BYTES);
  for (const [index, name] of names.entries()) {
    const picture = await readPictureFile(await (await fetch(name)).blob(), name);
    pixels.set(picture.pixels, index * IMAGE_BYTES);
  }
  const gpu = (await openAdapter())!;
  const options = { transforms: 1, batch: BATCH } as const;
  const classifier = await Classifier.build(gpu, await shippedParameters(), options);
  const predictions = await classifier.classify(pixels);
  classifier.close();
  gpu.close();
  return predictions.map((answers) => {
    if (answers.length !== ANSWER_COUNT) throw new Error(`${answers.length} answers`);
    return answers.map(({ fraction }) => fraction);
  });
}
