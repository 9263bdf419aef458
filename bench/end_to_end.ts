/** A few chunks through the real training loop: how long the GPU waits for views. */
import { ViewProducer } from "../lib/data/views/workers.ts";
import type { Model } from "../lib/galaxy/model.ts";
import { ANSWER_COUNT } from "../lib/galaxy/questions.ts";
import { RunFolder } from "../lib/runs/folder.ts";
import { PAPER_SETTINGS, type TrainSettings } from "../lib/runs/settings.ts";
import { Trainer } from "../lib/train/trainer.ts";
import { type BenchContext, orReason } from "./context.ts";
import type { BenchData } from "./data.ts";
import { scratchFolder } from "./scratch.ts";
import { type BenchTable, type Cell, rangeText, round, spreadOf } from "./table.ts";

/** Of a whole training. */
const IMAGES = PAPER_SETTINGS.chunks * PAPER_SETTINGS.chunkSize;

/** Chunks that are trained but not counted: the first compiles, the last one is validated. */
const FIRST = 1;
const LAST = 1;

export async function endToEnd(context: BenchContext, data: BenchData): Promise<BenchTable> {
  const rows: Cell[][] = [];
  const notes: string[] = [];
  for (const model of context.focus) {
    for (const source of sourcesOf(context, data)) {
      const cells = await orReason(() => measure(context, model, source, data));
      if (typeof cells === "string") notes.push(`${model.name}: ${cells}`);
      else rows.push([model.name, source, ...cells]);
    }
  }
  return {
    title: "training, from files to updates",
    columns: [
      "model",
      "views from",
      "workers",
      "batch",
      "chunk",
      "images/s",
      "images/s, range",
      "% waiting for views",
      `${IMAGES / 1e6} million images, hours`,
    ],
    rows,
    notes: [
      "the training loop of the tasks, checkpoints left out; waiting is the share of the time in " +
      "which the adapter had nothing to do, since no views were ready",
      "the time of a whole training is projected from the rate",
      ...notes,
    ],
  };
}

const CACHE = "the cache";
type Source = typeof CACHE | "JPEGs";

/** Both where that takes seconds. */
function sourcesOf({ gpu, quick }: BenchContext, { stored }: BenchData): Source[] {
  if (!stored) return ["JPEGs"];
  return gpu.software || quick ? [CACHE] : ["JPEGs", CACHE];
}

/** The cells from the workers on. @throws UserError when this adapter cannot hold the network */
async function measure(
  context: BenchContext,
  model: Model,
  source: Source,
  { paths, labels, stored }: BenchData,
): Promise<Cell[]> {
  const { gpu, repeats, quick, say } = context;
  const workers = Math.max(...context.workers);
  const settings: TrainSettings = {
    ...PAPER_SETTINGS,
    batchSize: quick ? 2 : 16,
    chunkSize: quick ? 8 : gpu.software ? 32 : 10_000,
    chunks: FIRST + repeats + LAST,
    warmUpChunks: 0,
  };
  const { chunks, chunkSize, batchSize } = settings;
  say(`training ${model.name} from ${source}, ${chunks} chunks of ${chunkSize}`);
  const producer = new ViewProducer({
    workers,
    paths,
    cacheBytes: 0,
    stored: source === CACHE ? stored : undefined,
  });
  const folder = await scratchFolder("training");
  try {
    const data = { producer, labels, trainingCount: labels.length / ANSWER_COUNT - 1 };
    const ends = [0];
    const trainer = await Trainer.prepare(gpu, model, settings, data, new RunFolder(folder), {
      resume: false,
      onProgress: ({ fraction, elapsed }) => {
        if (fraction === 1) ends.push(elapsed);
      },
    });
    try {
      const { waited } = await trainer.train();
      const rates = ends.slice(1).map((end, chunk) => chunkSize / (end - ends[chunk]));
      const rate = spreadOf(rates.slice(FIRST, -LAST));
      const waiting = Number((100 * waited / ends.at(-1)!).toPrecision(2));
      const hours = round(IMAGES / rate.median / 3600);
      return [workers, batchSize, chunkSize, rate.median, rangeText(rate), waiting, hours];
    } finally {
      trainer.network.destroy();
    }
  } finally {
    producer.close();
    await Deno.remove(folder, { recursive: true });
  }
}
