/** The network of `./run classify` beside the same one in onnxruntime: answers compared, in turns. */
import { worstDeviation } from "../lib/compare.ts";
import { decodeJpeg } from "../lib/data/jpeg/decode.ts";
import { UserError } from "../lib/errors.ts";
import { writeOnnxNetwork } from "../lib/export/onnx.ts";
import { readTrained } from "../lib/export/weights.ts";
import { bytesOf } from "../lib/files/atomic.ts";
import { readFile } from "../lib/files/read.ts";
import { compact } from "../lib/galaxy/models/compact.ts";
import { ANSWER_COUNT } from "../lib/galaxy/questions.ts";
import { FIXED_AUGMENTATIONS, IMAGE_SIZE, NO_AUGMENTATION } from "../lib/galaxy/transforms.ts";
import { Classifier } from "../lib/library/classifier.ts";
import { type Look, looksOf, viewsOf } from "../lib/library/pixels.ts";
import { readParameters } from "../lib/library/trained.ts";
import type { BenchContext } from "./context.ts";
import type { BenchData } from "./data.ts";
import { launchOnnxruntime } from "./peers/launch.ts";
import { ContenderError, ContenderProcess } from "./peers/process.ts";
import { scratchFolder } from "./scratch.ts";
import { stopwatch } from "./stopwatch.ts";
import { type BenchTable, type Cell, rangeText, spreadOf } from "./table.ts";

/** The shipped parameters. */
export const PARAMETERS = "weights/compact.safetensors";
/** What answers may differ by. */
const TOLERANCE = 1e-5;
/** What a turn should last at least about. */
const SECONDS = 2;

export async function benchOnnxruntime(
  context: BenchContext,
  { paths, description }: BenchData,
): Promise<BenchTable> {
  const rows: Cell[][] = [];
  for (const transforms of [60, 1] as const) {
    const count = Math.min(paths.length, context.quick ? 1 : transforms === 60 ? 4 : 60);
    const pictures: Uint8Array[] = [];
    for (const path of paths.slice(0, count)) {
      pictures.push((await decodeJpeg(await readFile(path), path, { size: IMAGE_SIZE })).rgb);
    }
    try {
      rows.push([transforms, count, ...await compare(context, pictures, transforms)]);
    } catch (error) {
      if (!(error instanceof ContenderError)) throw error;
      rows.push([transforms, count, ...Array(6).fill(null), `not available: ${error.message}`]);
    }
  }
  return {
    title: `classify, the network alone: ${compact.name} here and in onnxruntime-node`,
    columns: [
      "transforms",
      "pictures",
      "ours, pictures/s",
      "range",
      "onnxruntime, pictures/s",
      "range",
      "ours/onnxruntime",
      "ratio's range",
      "answers",
    ],
    rows,
    notes: [
      `views of ${description}, made before; answers compared before anything is measured; every ` +
      "turn of onnxruntime stands between two of ours; above 1 ours is faster",
      "onnxruntime computes on the processor, and each of sixty transforms for itself; ours fifteen " +
      "views, each in four orders of its parts",
    ],
  };
}

/** The cells from our rate on. @throws ContenderError where onnxruntime cannot be started */
async function compare(
  { gpu, repeats, quick, say, fail }: BenchContext,
  pictures: readonly Uint8Array[],
  transforms: 60 | 1,
): Promise<Cell[]> {
  const classifier = await Classifier.build(gpu, await readParameters(PARAMETERS), { transforms });
  const views = pictures.map((pixels) => viewsOf(pixels, looksOf(transforms), undefined));
  const folder = await scratchFolder("classify");
  let peer: ContenderProcess | undefined;
  try {
    await writeWorkload(folder, pictures, transforms);
    peer = await ContenderProcess.start(launchOnnxruntime(folder), folder);
    say(`the network with ${transforms} transforms, ours and onnxruntime ${peer.ready.version}`);
    const ours = await classifier.classifyViews(views);
    const { answers } = await peer.request({ do: "predict", runs: 1 });
    const difference = differenceOf(
      ours.flatMap((prediction) => prediction.map(({ fraction }) => fraction)),
      meansOf(answers, pictures.length, transforms),
    );
    if (!(difference <= TOLERANCE)) fail(`onnxruntime's answers differ by ${difference}`);
    const least = quick ? 0 : SECONDS;
    const own = await turnsOf(least, async (runs) => {
      const seconds = stopwatch();
      for (let run = 0; run < runs; run++) await classifier.classifyViews(views);
      return seconds();
    });
    const other = await turnsOf(
      least,
      async (runs) => (await peer!.request({ do: "predict", runs })).seconds,
    );
    const rates: { ours: number[]; theirs: number[]; ratios: number[] } = {
      ours: [],
      theirs: [],
      ratios: [],
    };
    let before = pictures.length * await own();
    for (let repeat = 0; repeat < repeats; repeat++) {
      const theirs = pictures.length * await other();
      const after = pictures.length * await own();
      rates.ours.push(after);
      rates.theirs.push(theirs);
      rates.ratios.push((before + after) / 2 / theirs);
      before = after;
    }
    const spreads = [rates.ours, rates.theirs, rates.ratios].map(spreadOf);
    return [
      ...spreads.flatMap((spread) => [spread.median, rangeText(spread)]),
      difference <= TOLERANCE ? `right, ${difference.toPrecision(2)} apart` : "WRONG",
    ];
  } finally {
    await peer?.close();
    classifier.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Runs per second of a turn.
 * @param least seconds that it lasts, if more than one run fits
 * @param turn seconds that so many runs take
 */
async function turnsOf(
  least: number,
  turn: (runs: number) => Promise<number>,
): Promise<() => Promise<number>> {
  await turn(1); // warms up
  const runs = Math.min(1000, Math.max(1, Math.round(least / await turn(1))));
  return async () => runs / await turn(runs);
}

/** The network and the views of every transform. */
async function writeWorkload(
  folder: string,
  pictures: readonly Uint8Array[],
  transforms: 60 | 1,
) {
  const options = { acceptUnmarked: false, warn: () => {} };
  const trained = await readTrained(PARAMETERS, compact, options);
  const how = { input: "views", precision: "float32" } as const;
  await writeOnnxNetwork(`${folder}/network.onnx`, trained, how);
  const looks: readonly Look[] = transforms === 60 ? FIXED_AUGMENTATIONS : [NO_AUGMENTATION];
  const file = await Deno.create(`${folder}/views.f32`);
  using _ = file;
  for (const pixels of pictures) {
    const bytes = bytesOf(viewsOf(pixels, looks, undefined));
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  }
}

/** Of answers (pictures, looks, 37), the means over the looks. */
function meansOf(answers: readonly number[], pictures: number, looks: number): number[] {
  if (answers.length !== pictures * looks * ANSWER_COUNT) {
    throw new UserError(`onnxruntime gave ${answers.length} answers`);
  }
  return Array.from({ length: pictures * ANSWER_COUNT }, (_, place) => {
    const picture = Math.floor(place / ANSWER_COUNT);
    let sum = 0;
    for (let look = 0; look < looks; look++) {
      sum += answers[(picture * looks + look) * ANSWER_COUNT + place % ANSWER_COUNT];
    }
    return sum / looks;
  });
}

function differenceOf(ours: readonly number[], theirs: readonly number[]): number {
  return worstDeviation(ours, theirs, { absolute: 1, relative: 0 }).difference;
}
