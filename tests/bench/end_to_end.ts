/** A few chunks through the real training loop: how long the GPU waits for views. */
import { ViewProducer } from "../../lib/data/view_workers.ts";
import type { Model } from "../../lib/galaxy/model.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { RunFolder } from "../../lib/run/run_folder.ts";
import { PAPER_SETTINGS, type TrainSettings } from "../../lib/run/settings.ts";
import { Trainer } from "../../lib/run/trainer.ts";
import { type BenchContext, orReason } from "./context.ts";
import type { BenchData } from "./data.ts";
import { type BenchTable, type Cell, rangeText, type Spread, spreadOf } from "./table.ts";

/** Chunks that make and fill the buffers, and compile; and the last one, which is validated. */
const FIRST = 2;
const LAST = 1;

export async function endToEnd(context: BenchContext, data: BenchData): Promise<BenchTable> {
  const rows: Cell[][] = [];
  const notes: string[] = [];
  for (const model of context.focus) {
    const cells = await orReason(() => compare(context, model, data));
    if (typeof cells === "string") notes.push(`${model.name}: ${cells}`);
    else rows.push([model.name, ...cells]);
  }
  return {
    title: "training, from files to updates",
    columns: [
      "model",
      "batch",
      "chunk",
      "workers",
      "images/s",
      "images/s, range",
      "images/s, views ready",
      "range, views ready",
      "% waiting for views",
    ],
    rows,
    notes: [
      `the training loop of the tasks, views from ${data.stored ? "the cache" : "JPEGs"}`,
      "views ready: the same with the views of the first chunks again, which nobody has to make. " +
      "Waiting is the share of a chunk's time by which it is longer than that; on a software " +
      "adapter it holds what the workers take of the processor, too",
      ...notes,
    ],
  };
}

/** The cells from the batch on. @throws UserError when this adapter cannot hold the network */
async function compare(context: BenchContext, model: Model, data: BenchData): Promise<Cell[]> {
  const { gpu, repeats, quick, say } = context;
  const workers = Math.max(...context.workers);
  const batchSize = quick ? 2 : 16;
  const chunkSize = quick ? 8 : gpu.software ? 32 : 10_000;
  const settings: TrainSettings = {
    ...PAPER_SETTINGS,
    batchSize,
    chunkSize,
    chunks: FIRST + repeats + LAST,
    warmUpChunks: 0,
  };
  const options = { workers, paths: data.paths, cacheBytes: 0, stored: data.stored };
  say(`training ${model.name}, ${settings.chunks} chunks of ${chunkSize}`);
  const made = await chunkRates(context, model, settings, data, new ViewProducer(options));
  say("the same with views that are ready");
  const views = new ReadyViews(options);
  const ready = await chunkRates(context, model, settings, data, views);
  if (views.rowsMade > FIRST * chunkSize) {
    throw new Error(`${views.rowsMade} rows were made that should have been ready`);
  }
  const waiting = Math.max(0, 1 - made.median / ready.median);
  return [
    batchSize,
    chunkSize,
    workers,
    made.median,
    rangeText(made),
    ready.median,
    rangeText(ready),
    Number((100 * waiting).toPrecision(2)),
  ];
}

/** Makes views only where there are none yet; later chunks see the first ones again. */
class ReadyViews extends ViewProducer {
  readonly #made = new Map<ArrayBufferLike, Set<number>>();
  /** Rows that were made rather than found. */
  rowsMade = 0;

  override async training(...args: Parameters<ViewProducer["training"]>): Promise<void> {
    const [{ buffer, byteOffset }, rows] = args;
    const offsets = this.#made.get(buffer) ?? new Set();
    if (offsets.has(byteOffset)) return;
    await super.training(...args);
    this.#made.set(buffer, offsets.add(byteOffset));
    this.rowsMade += rows.length;
  }
}

/** Images per second of each chunk between the first and the last ones. Closes the producer. */
async function chunkRates(
  { gpu }: BenchContext,
  model: Model,
  settings: TrainSettings,
  { labels }: BenchData,
  producer: ViewProducer,
): Promise<Spread> {
  const folder = await Deno.makeTempDir({ prefix: "galaxies-bench-" });
  try {
    const galaxies = labels.length / ANSWER_COUNT;
    const data = { producer, labels, trainingCount: galaxies - 1 };
    const ends: number[] = [];
    const trainer = await Trainer.prepare(gpu, model, settings, data, new RunFolder(folder), {
      resume: false,
      onProgress: ({ fraction, elapsed }) => {
        if (fraction === 1) ends.push(elapsed);
      },
    });
    try {
      await trainer.train();
    } finally {
      trainer.network.destroy();
    }
    const rates = ends.map((end, chunk) => settings.chunkSize / (end - (ends[chunk - 1] ?? 0)));
    return spreadOf(rates.slice(FIRST, -LAST));
  } finally {
    producer.close();
    await Deno.remove(folder, { recursive: true });
  }
}
