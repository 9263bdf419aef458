/** A training of the demo's network from its first to its last minibatch, told as it goes. */
import { DEMO_PLAN, demoModel } from "../../lib/demo/model.ts";
import { answersFor } from "../../lib/galaxy/answers.ts";
import { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { baselineRmse, rmse } from "../../lib/galaxy/rmse.ts";
import { IMAGE_FLOATS } from "../../lib/galaxy/transforms.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { parametersOf } from "../../lib/library/parameters.ts";
import { initialValues } from "../../lib/nn/initialise.ts";
import { learningRate, minibatches } from "../../lib/runs/schedule.ts";
import { type Asked, drawAsked, firstLabels, Galaxies } from "./galaxies.ts";
import type { News } from "./messages.ts";

const SEED = 1;
/** Galaxies that the network is asked about after every chunk; pictures of the first are shown. */
const ASKED = 40;
export const SHOWN = 3;
/** Minibatches that are submitted together. */
const GROUP = 4;
/** As many labels tell what the mean is. */
const BASELINE = 400;

/** Trains on an adapter, and tells what happens. @throws what the adapter has to say */
export async function train(gpu: Gpu, tell: (news: News) => void) {
  const { batchSize: batch, chunks, warmUpChunks, dropout } = DEMO_PLAN;
  const count = minibatches(DEMO_PLAN);
  const network = await GalaxyNetwork.build(gpu, demoModel, {
    ...{ batch, trainable: true, slots: GROUP, losses: count, seed: SEED, dropout },
  });
  try {
    network.parameters.forEach((parameter, index) =>
      network.set(parameter, "value", initialValues(parameter, SEED, index))
    );
    const asked = drawAsked(ASKED);
    tell({
      kind: "beginning",
      adapter: gpu.name,
      images: chunks * DEMO_PLAN.chunkSize,
      meanRmse: baselineRmse(firstLabels(BASELINE), asked.labels, ANSWER_COUNT),
      pixels: asked.pixels.slice(0, asked.pixels.length / ASKED * SHOWN),
      labels: asked.labels.slice(0, ANSWER_COUNT * SHOWN),
    });
    tell(await examined(network, asked, 0));
    const galaxies = new Galaxies(SEED);
    for (let chunk = 0; chunk < chunks; chunk++) {
      if (chunk === warmUpChunks) network.resetVelocities();
      await learnChunk(network, galaxies, chunk, tell);
      tell(await examined(network, asked, (chunk + 1) * DEMO_PLAN.chunkSize));
    }
    tell({ kind: "end", trained: await parametersOf(network) });
  } finally {
    network.destroy();
  }
}

async function learnChunk(
  network: GalaxyNetwork,
  galaxies: Galaxies,
  chunk: number,
  tell: (news: News) => void,
) {
  const { batch } = network;
  const count = minibatches(DEMO_PLAN);
  const first = chunk * count;
  const program = chunk < DEMO_PLAN.warmUpChunks ? "warmUp" : "train";
  const rate = learningRate(chunk, DEMO_PLAN);
  const views = new Float32Array(GROUP * batch * IMAGE_FLOATS);
  const labels = new Float32Array(GROUP * batch * ANSWER_COUNT);
  network.seek({ minibatch: 0, step: first, learningRate: rate });
  for (let from = 0; from < count; from += GROUP) {
    for (let k = 0; k < GROUP; k++) {
      galaxies.fill(first + from + k, batch, k * batch, views, labels);
    }
    network.load(views, labels);
    const work = network.recordTraining([[program, GROUP]], from + GROUP);
    work.submit();
    const { losses, notFinite } = (await work.result())!;
    if (notFinite.length > 0) throw new Error(`${notFinite[0].name} is not finite any more`);
    tell({
      kind: "learned",
      images: (first + from + GROUP) * batch,
      losses: losses.slice(from),
      warmUp: program === "warmUp",
    });
  }
}

/** How the network does on galaxies that it has not seen, and its first filters. */
async function examined(network: GalaxyNetwork, { views, labels }: Asked, images: number) {
  const answers = await answersFor(network, views, ASKED);
  const filters = network.parameters.find(({ name }) => name === "conv1.weight")!;
  return {
    kind: "examined",
    images,
    rmse: rmse(answers, labels),
    answers: answers.slice(0, ANSWER_COUNT * SHOWN),
    filters: { shape: filters.shape, data: await network.get(filters, "value") },
  } as const satisfies News;
}
