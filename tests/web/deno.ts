/** What Deno says of the pictures that a browser is shown. */
import { compact } from "../../lib/galaxy/models/compact.ts";
import { narrowed } from "../../lib/galaxy/model.ts";
import { type Gpu, openGpu } from "../../lib/gpu/device.ts";
import { Classifier } from "../../lib/library/classifier.ts";
import { readParameters, type Trained, writeParameters } from "../../lib/library/trained.ts";
import { Training } from "../../lib/library/training.ts";
import { train } from "../../web/learn/course.ts";
import { scriptPath } from "../process.ts";
import { fractionsOf } from "./answers.ts";

async function withGpu<T>(work: (gpu: Gpu) => Promise<T>): Promise<T> {
  const gpu = await openGpu();
  try {
    return await work(gpu);
  } finally {
    gpu.close();
  }
}

/** The 37 fractions of each picture of 424×424 pixels, by the shipped parameters if none are given. */
export function denoSays(
  pictures: readonly Uint8Array[],
  transforms: 1 | 60,
  trained?: Trained,
): Promise<number[][]> {
  return withGpu(async (gpu) => {
    const shipped = scriptPath("weights/compact.safetensors");
    const parameters = trained ?? await readParameters(shipped);
    const classifier = await Classifier.build(gpu, parameters, { transforms });
    const all: number[][] = [];
    for (const pixels of pictures) {
      all.push(...(await classifier.classify(pixels)).map(fractionsOf));
    }
    classifier.close();
    return all;
  });
}

/** Writes the parameters of a narrow network, as it begins. */
export function writeNarrow(path: string): Promise<Trained> {
  return withGpu(async (gpu) => {
    const training = await Training.build(gpu, narrowed(compact, 0.25));
    const trained = await training.parameters();
    training.close();
    await writeParameters(path, trained);
    return trained;
  });
}

/** The error of the training of the page while it learns, after so many images. */
export async function learnedInDeno(images: number): Promise<number> {
  const ended = new Error("that is enough");
  const losses: number[] = [];
  const training = withGpu((gpu) =>
    train(gpu, (news) => {
      if (news.kind !== "learned") return;
      losses.push(...news.losses);
      if (news.images >= images) throw ended;
    })
  );
  await training.catch((error) => {
    if (error !== ended) throw error;
  });
  return Math.sqrt(losses.reduce((sum, loss) => sum + loss, 0) / losses.length);
}
