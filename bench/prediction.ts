/** Galaxies through the real prediction, sixty transforms each: from JPEGs to answers. */
import { KAGGLE } from "../lib/data/inventory.ts";
import { ViewProducer } from "../lib/data/views/workers.ts";
import type { Model } from "../lib/galaxy/model.ts";
import { GalaxyNetwork } from "../lib/galaxy/network.ts";
import { ORDERS } from "../lib/galaxy/parts.ts";
import { averagedPrediction, seenTransforms } from "../lib/predict/averaging.ts";
import { predictionOptions } from "../lib/runs/network_options.ts";
import { wrongAnswers } from "./answers.ts";
import { type BenchContext, orReason } from "./context.ts";
import type { BenchData } from "./data.ts";
import { setStartValues } from "./initial.ts";
import { stopwatch } from "./stopwatch.ts";
import { type BenchTable, type Cell, rangeText, round, spreadOf } from "./table.ts";

export async function benchPrediction(
  context: BenchContext,
  data: BenchData,
): Promise<BenchTable> {
  const rows: Cell[][] = [];
  const notes: string[] = [];
  for (const model of context.focus) {
    const cells = await orReason(() => measure(context, model, data));
    if (typeof cells === "string") notes.push(`${model.name}: ${cells}`);
    else rows.push([model.name, ...cells]);
  }
  return {
    title: "prediction, from files to answers",
    columns: [
      "model",
      "workers",
      "batch",
      "galaxies",
      "galaxies/s",
      "galaxies/s, range",
      `${KAGGLE.test} galaxies, minutes`,
      "answers",
    ],
    rows,
    notes: [
      "sixty transforms of every galaxy: fifteen views, each in four orders; JPEGs are decoded by " +
      "workers meanwhile",
      "the time of the whole test set is projected from the rate",
      ...notes,
    ],
  };
}

/** The cells from the workers on. @throws UserError when this adapter cannot hold the network */
async function measure(
  { gpu, repeats, quick, workers: counts, say, fail }: BenchContext,
  model: Model,
  { paths }: BenchData,
): Promise<Cell[]> {
  const workers = Math.max(...counts);
  const options = predictionOptions(gpu, ORDERS, quick ? 2 : undefined);
  const galaxies = quick ? 2 : gpu.software ? 16 : 4096;
  say(`predicting ${galaxies} galaxies with ${model.name}`);
  const network = await GalaxyNetwork.build(gpu, model, options);
  const producer = new ViewProducer({
    workers,
    paths: Array.from({ length: galaxies }, (_, galaxy) => paths[galaxy % paths.length]),
    cacheBytes: 0,
  });
  try {
    setStartValues(network);
    const predict = (count: number) =>
      averagedPrediction(network, producer, count, seenTransforms(ORDERS));
    await predict(1); // compiles, on adapters that do so late
    const rates: number[] = [];
    let wrong: string | undefined;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const seconds = stopwatch();
      const answers = await predict(galaxies);
      rates.push(galaxies / seconds());
      wrong ??= wrongAnswers(answers!);
    }
    if (wrong) fail(`prediction with ${model.name}: ${wrong}`);
    const rate = spreadOf(rates);
    return [
      workers,
      network.batch,
      galaxies,
      rate.median,
      rangeText(rate),
      round(KAGGLE.test / rate.median / 60),
      wrong ? `WRONG: ${wrong}` : "right",
    ];
  } finally {
    producer.close();
    network.destroy();
  }
}
