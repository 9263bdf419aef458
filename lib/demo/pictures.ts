/** The pictures of the demo's report, taken from the network and its workers themselves. */
import { decodeJpeg } from "../data/jpeg/decode.ts";
import type { ViewProducer } from "../data/views/workers.ts";
import { readFile } from "../files/read.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_FLOATS, IMAGE_SIZE, VIEW_SIZE } from "../galaxy/transforms.ts";
import { mostToTell } from "../inside/choose.ts";
import { insideOfGalaxy } from "../inside/page/galaxy.ts";
import { Probe } from "../inside/probe.ts";
import { parametersOf } from "../library/parameters.ts";
import { rightOnes } from "../report/chosen.ts";
import { variedGalaxies } from "../report/choose.ts";
import { filtersOf } from "../report/filters_section.ts";
import { rowOf } from "../report/path.ts";
import type { ReportData } from "../report/report.ts";

const GALLERY = 12;
const AUGMENTED = 8;
/** Of the galaxies that the network is right about, one is shown inside. */
const CONSIDERED = 6;

interface Galaxies {
  readonly ids: readonly number[];
  readonly paths: readonly string[];
}

interface Sources {
  /** The producer's first galaxies, with their labels (galaxies, 37). */
  readonly train: Galaxies & { readonly labels: Float32Array };
  readonly test: Galaxies;
  /** (test galaxies, 37) */
  readonly predicted: Float32Array;
  readonly truth: Float32Array;
  readonly seed: number;
}

/** Gallery, augmentation, filters and one galaxy's way through the network, for a report. */
export async function reportPictures(
  network: GalaxyNetwork,
  producer: ViewProducer,
  { train, test, predicted, truth, seed }: Sources,
): Promise<Pick<ReportData, "gallery" | "augmentation" | "inside" | "filters">> {
  const gallery = await Promise.all(
    variedGalaxies(predicted, test.ids.length, GALLERY).map(async (index) => ({
      id: test.ids[index],
      jpeg: await readFile(test.paths[index]),
      predicted: rowOf(predicted, index),
      truth: rowOf(truth, index),
    })),
  );
  const example = mostSpiral(train.labels);
  const views = producer.allocate(AUGMENTED);
  const repeated = new Array(AUGMENTED).fill(example);
  await producer.training(views, repeated, { seed, chunk: 0 });
  const filters = network.parameters.find(({ name }) => name === "conv1.weight")!;
  return {
    gallery,
    augmentation: {
      original: await readFile(train.paths[example]),
      views: repeated.map((_, index) => ({
        width: VIEW_SIZE,
        height: VIEW_SIZE,
        rgb: views.slice(index * IMAGE_FLOATS, index * IMAGE_FLOATS + IMAGE_FLOATS / 2),
        caption: `As seen ${index + 1}`,
      })),
    },
    inside: [await insideOf(network, test, { predicted, truth })],
    filters: filtersOf({ shape: filters.shape, data: await network.get(filters, "value") }),
  };
}

/** A galaxy that shows what a rotation is: the one with the largest fraction of spiral votes. */
function mostSpiral(labels: Float32Array): number {
  const SPIRAL = 7;
  let best = 0;
  for (let index = 1; index < labels.length / ANSWER_COUNT; index++) {
    const at = (galaxy: number) => labels[galaxy * ANSWER_COUNT + SPIRAL];
    if (at(index) > at(best)) best = index;
  }
  return best;
}

/** The test galaxy that has most to tell goes through a network of its own, with the same parameters. */
async function insideOf(
  network: GalaxyNetwork,
  { ids, paths }: Galaxies,
  { predicted, truth }: Pick<Sources, "predicted" | "truth">,
) {
  const { row } = mostToTell(rightOnes(truth, predicted, CONSIDERED))!;
  const { rgb } = await decodeJpeg(await readFile(paths[row]), paths[row], { size: IMAGE_SIZE });
  const probe = await Probe.build(network.gpu, await parametersOf(network));
  try {
    return await insideOfGalaxy(probe, {
      pixels: rgb,
      id: ids[row],
      truth: rowOf(truth, row),
      why: "one of the test galaxies that it has never trained on",
    });
  } finally {
    probe.close();
  }
}
