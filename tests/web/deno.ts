/** What Deno says of the pictures that a browser is shown. */
import { compact } from "../../lib/galaxy/models/compact.ts";
import { narrowed } from "../../lib/galaxy/model.ts";
import { type Gpu, openGpu } from "../../lib/gpu/device.ts";
import { Classifier } from "../../lib/library/classifier.ts";
import type { Answer } from "../../lib/library/prediction.ts";
import { readParameters, type Trained, writeParameters } from "../../lib/library/trained.ts";
import { Training } from "../../lib/library/training.ts";
import { train } from "../../web/learn/course.ts";
import type { News } from "../../web/learn/messages.ts";
import { scriptPath } from "../process.ts";

async function withGpu<T>(work: (gpu: Gpu) => Promise<T>): Promise<T> {
  const gpu = await openGpu();
  try {
    return await work(gpu);
  } finally {
    gpu.close();
  }
}

/** The answers to pictures of 424×424 pixels, by the shipped parameters where none are given. */
export function answersOfDeno(
  pictures: readonly Uint8Array[],
  transforms: 1 | 60,
  trained?: Trained,
): Promise<(readonly Answer[])[]> {
  return withGpu(async (gpu) => {
    const shipped = scriptPath("weights/compact.safetensors");
    const parameters = trained ?? await readParameters(shipped);
    const classifier = await Classifier.build(gpu, parameters, { transforms });
    const all: (readonly Answer[])[] = [];
    for (const pixels of pictures) all.push(...await classifier.classify(pixels));
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

/** What the training of the page has come to after its first chunk. */
export async function firstChunkOfDeno(): Promise<Extract<News, { kind: "examined" }>> {
  const ended = new Error("that is enough");
  let found: Extract<News, { kind: "examined" }> | undefined;
  const training = withGpu((gpu) =>
    train(gpu, (news) => {
      if (news.kind !== "examined" || news.images === 0) return;
      found = news;
      throw ended;
    })
  );
  await training.catch((error) => {
    if (error !== ended) throw error;
  });
  return found!;
}
