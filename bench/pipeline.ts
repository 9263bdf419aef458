/** From JPEG files to updates and answers: decoding, warping, chunks, upload, and both tasks whole. */
import { commandLine } from "../lib/called.ts";
import { decodeJpeg } from "../lib/data/jpeg/decode.ts";
import { ViewProducer } from "../lib/data/views/workers.ts";
import { IMAGE_BYTES, warpViews } from "../lib/data/views/warp.ts";
import { colourOffset, drawPerturbation } from "../lib/galaxy/perturbation.ts";
import { IMAGE_FLOATS, viewMaps } from "../lib/galaxy/transforms.ts";
import { Memory, upload } from "../lib/gpu/memory.ts";
import { Random } from "../lib/random.ts";
import type { BenchContext } from "./context.ts";
import { type BenchData, withData } from "./data.ts";
import { endToEnd } from "./end_to_end.ts";
import { benchPrediction } from "./prediction.ts";
import { stopwatch } from "./stopwatch.ts";
import { type BenchTable, type Cell, rangeText, round, spreadOf } from "./table.ts";

export async function benchPipeline(context: BenchContext): Promise<BenchTable[]> {
  return await withData(context.data, context.quick ? 12 : 128, async (data) => [
    await stages(context, data),
    await endToEnd(context, data),
    await benchPrediction(context, data),
  ]);
}

/** A stage alone. */
interface Stage {
  readonly name: string;
  /** Missing where the main thread does the work. */
  readonly workers?: number;
  /** What it hands on for an image. */
  readonly bytesPerImage: number;
  /** Does some of it and returns how many images that was. */
  work(): Promise<number>;
  close?(): void;
}

async function stages(context: BenchContext, data: BenchData): Promise<BenchTable> {
  const { repeats, quick, say } = context;
  const files = data.paths.map((path) => Deno.readFileSync(path));
  const kilobytes = files.reduce((sum, { length }) => sum + length, 0) / files.length / 1e3;
  const rows: Cell[][] = [];
  for (const make of stageMakers(context, data, files)) {
    const stage = await make();
    const { name, workers = null, bytesPerImage } = stage;
    say(workers === null ? name : `${name}, workers: ${workers}`);
    try {
      const rate = spreadOf(await ratesOf(stage, repeats, quick ? 0.05 : 1));
      const megabytes = rate.median * bytesPerImage / 1e6;
      rows.push([name, workers, rate.median, rangeText(rate), megabytes]);
    } finally {
      stage.close?.();
    }
  }
  return {
    title: "pipeline",
    columns: ["stage", "workers", "images/s", "images/s, range", "MB/s handed on"],
    rows,
    notes: [
      `${data.description}, ${round(kilobytes)} kB each as JPEGs, which lie in the file cache of ` +
      "the system, as decoded images do",
      "stages without workers run on the main thread: one core",
      ...(data.stored
        ? []
        : [`no cache here: ${commandLine("cache")} makes one, to be measured too`]),
    ],
  };
}

/** Stages are made one after the other, so that idle workers of one do not disturb the next. */
function stageMakers(
  context: BenchContext,
  data: BenchData,
  files: readonly Uint8Array[],
): (() => Stage | Promise<Stage>)[] {
  const { workers, quick } = context;
  const chunks = (stored: BenchData["stored"]) =>
    workers.map((count) => () => chunkStage(data, stored, count, quick ? 24 : 512 * count));
  return [
    () => decodeStage(files),
    () => warpStage(files),
    ...chunks(undefined),
    ...data.stored ? chunks(data.stored) : [],
    () => uploadStage(context, data, { name: "upload of views", bytes: 4 * IMAGE_FLOATS }),
    // What a warp on the GPU would need instead, for less work of the processor.
    () => uploadStage(context, data, { name: "upload of decoded images", bytes: IMAGE_BYTES }),
  ];
}

function decodeStage(files: readonly Uint8Array[]): Stage {
  let next = 0;
  return {
    name: "decode a JPEG",
    bytesPerImage: 3 * 424 * 424,
    async work() {
      await decodeJpeg(files[next++ % files.length], "JPEG");
      return 1;
    },
  };
}

async function warpStage(files: readonly Uint8Array[]): Promise<Stage> {
  const pictures = await Promise.all(files.slice(0, 8).map((file) => decodeJpeg(file, "JPEG")));
  const views = new Float32Array(IMAGE_FLOATS);
  const random = new Random(1, "test");
  return {
    name: "warp to two views",
    bytesPerImage: views.byteLength,
    work() {
      for (const { rgb } of pictures) {
        const look = drawPerturbation(random);
        warpViews(rgb, viewMaps(look), views, 0, colourOffset(look.colour));
      }
      return Promise.resolve(pictures.length);
    },
  };
}

function chunkStage(
  { paths }: BenchData,
  stored: BenchData["stored"],
  workers: number,
  size: number,
): Stage {
  const producer = new ViewProducer({ workers, paths, cacheBytes: 0, stored });
  const chunk = producer.allocate(size);
  const galaxies = Uint32Array.from({ length: size }, (_, row) => row % paths.length);
  let number = 0;
  return {
    name: `chunks from ${stored ? "the cache" : "JPEGs"}`,
    workers,
    bytesPerImage: chunk.byteLength / size,
    async work() {
      await producer.training(chunk, galaxies, { seed: 1, chunk: number++ });
      return size;
    },
    close: () => producer.close(),
  };
}

async function uploadStage(
  { gpu, quick }: BenchContext,
  { paths }: BenchData,
  { name, bytes }: { name: string; bytes: number },
): Promise<Stage> {
  const most = quick ? 32 : 512;
  const producer = new ViewProducer({ workers: 1, paths });
  const chunk = producer.allocate(most); // shared memory, as in a training
  producer.close();
  const images = Math.floor(chunk.byteLength / bytes);
  const memory = new Memory(gpu);
  const numbers = chunk.subarray(0, images * bytes / 4);
  const slice = await memory.allocate(name, "data", numbers.length);
  return {
    name,
    bytesPerImage: bytes,
    async work() {
      // Several, since waiting takes Deno 10 ms.
      for (let again = 0; again < 8; again++) {
        upload(gpu, slice, numbers);
        // As in a training: what is uploaded stays on the host until the next submission.
        gpu.device.queue.submit([]);
      }
      await gpu.finish();
      return 8 * images;
    },
    close: () => memory.destroy(),
  };
}

/** Images per second in each of `repeats` measurements, after one that is not counted. */
async function ratesOf({ work }: Stage, repeats: number, atLeast: number): Promise<number[]> {
  const rates: number[] = [];
  for (let repeat = 0; repeat <= repeats; repeat++) {
    const seconds = stopwatch();
    let images = 0;
    do images += await work(); while (seconds() < atLeast);
    if (repeat > 0) rates.push(images / seconds());
  }
  return rates;
}
