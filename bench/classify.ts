/** `./run classify` in parts: its network beside onnxruntime, and the whole way from files to answers. */
import { PictureList } from "../lib/classify/inputs.ts";
import { PictureReader, TOGETHER } from "../lib/classify/reader.ts";
import { classifyAll } from "../lib/classify/work.ts";
import { IMAGE_SIZE } from "../lib/galaxy/transforms.ts";
import { Classifier } from "../lib/library/classifier.ts";
import { readParameters } from "../lib/library/trained.ts";
import { benchOnnxruntime, PARAMETERS } from "./classify_peer.ts";
import type { BenchContext } from "./context.ts";
import { type BenchData, withData } from "./data.ts";
import { stopwatch } from "./stopwatch.ts";
import { type BenchTable, type Cell, rangeText, round, spreadOf } from "./table.ts";

/** What people ask about. */
const MANY = 10_000;

export async function benchClassify(context: BenchContext): Promise<BenchTable[]> {
  const { data, quick } = context;
  return await withData(data, quick ? 4 : 32, async (galaxies) => [
    await benchOnnxruntime(context, galaxies),
    await fromFiles(context, galaxies),
  ]);
}

async function fromFiles(context: BenchContext, data: BenchData): Promise<BenchTable> {
  const rows: Cell[][] = [];
  for (const transforms of [60, 1] as const) {
    const trained = await readParameters(PARAMETERS);
    const classifier = await Classifier.build(context.gpu, trained, { transforms });
    try {
      for (const how of ["as it is", "fit"] as const) {
        const cells = await measure(context, data, { classifier, transforms, how });
        rows.push([transforms, how, ...cells]);
      }
    } finally {
      classifier.close();
    }
  }
  return {
    title: "classify, from files to answers",
    columns: [
      "transforms",
      "pictures are",
      "workers",
      "pictures",
      "pictures/s",
      "pictures/s, range",
      `${MANY.toLocaleString("en")} pictures, minutes`,
    ],
    rows,
    notes: [
      `JPEGs of ${IMAGE_SIZE}×${IMAGE_SIZE} pixels, ${data.description}; read, framed and described ` +
      "by workers meanwhile; the time of many is projected from the rate",
    ],
  };
}

/** The cells from the workers on. */
async function measure(
  { gpu, repeats, quick, workers: counts, say }: BenchContext,
  { paths }: BenchData,
  { classifier, transforms, how: kind }: {
    classifier: Classifier;
    transforms: 60 | 1;
    how: "as it is" | "fit";
  },
): Promise<Cell[]> {
  const workers = Math.max(...counts);
  const count = quick ? 4 : gpu.software ? (transforms === 60 ? 16 : 64) : 4096;
  say(`classifying ${count} pictures, ${transforms} transforms, ${kind}`);
  const reader = new PictureReader({ how: { kind }, transforms, workers });
  try {
    const classify = async (pictures: number) => {
      const named = Array.from({ length: pictures }, (_, k) => paths[k % paths.length]);
      const list = await PictureList.open(named);
      let [done, failed] = [0, 0];
      await classifyAll(list, [0, pictures], {
        read: (items) => reader.read(items),
        classify: (views) => classifier.classifyViews(views),
        take({ rows, results }) {
          done += results.length;
          failed += rows.length - results.length;
          return Promise.resolve();
        },
        stopped: () => false,
      });
      if (done !== pictures || failed > 0) throw new Error(`${done} of ${pictures} classified`);
    };
    await classify(Math.min(count, TOGETHER)); // starts workers, compiles
    const rates: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const seconds = stopwatch();
      await classify(count);
      rates.push(count / seconds());
    }
    const rate = spreadOf(rates);
    return [workers, count, rate.median, rangeText(rate), round(MANY / rate.median / 60)];
  } finally {
    reader.close();
  }
}
