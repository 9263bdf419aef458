/** The pictures of the demo's report, taken from the network and its workers themselves. */
import type { ViewProducer } from "../data/views/workers.ts";
import { readFile } from "../files/read.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { PART_SIZE, PARTS } from "../galaxy/parts.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { CHANNELS, IMAGE_FLOATS, VIEW_SIZE } from "../galaxy/transforms.ts";
import { download } from "../gpu/memory.ts";
import { variedGalaxies } from "../report/choose.ts";
import { filtersOf } from "../report/filters_section.ts";
import { rowOf } from "../report/path.ts";
import type { ReportData } from "../report/report.ts";

const GALLERY = 12;
const AUGMENTED = 8;

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

/** Gallery, augmentation, parts and filters of a report. */
export async function reportPictures(
  network: GalaxyNetwork,
  producer: ViewProducer,
  { train, test, predicted, truth, seed }: Sources,
): Promise<Pick<ReportData, "gallery" | "augmentation" | "parts" | "filters">> {
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
    parts: await partsOf(network, producer, example),
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

/** The sixteen parts of a galaxy as the first layer makes them: (3, 45, 45) each. */
async function partsOf(network: GalaxyNetwork, producer: ViewProducer, galaxy: number) {
  const views = producer.allocate(1);
  await producer.fixed(views, [galaxy]);
  network.load(views);
  network.run("predict", 1);
  const pixels = CHANNELS * PART_SIZE * PART_SIZE;
  const all = await download(network.gpu, network.layers[0].output.value);
  const names = ["Upright", "Upright, mirrored", "Turned by 45°", "Turned by 45°, mirrored"];
  return Array.from({ length: PARTS }, (_, part) => ({
    size: PART_SIZE,
    rgb: Float32Array.from(
      { length: pixels },
      (_, pixel) => all[(pixel * PARTS + part) * network.batch],
    ),
    caption: `${names[part >> 2]}, corner ${part % 4 + 1}`,
  }));
}
