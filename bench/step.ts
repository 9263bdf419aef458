/** Training and prediction of whole minibatches, as the tasks run them. */
import type { Model } from "../lib/galaxy/model.ts";
import { GalaxyNetwork } from "../lib/galaxy/network.ts";
import { describe } from "../lib/galaxy/describe.ts";
import { wrongAnswers } from "./answers.ts";
import { type BenchContext, orReason } from "./context.ts";
import { type BenchData, makeExamples, withData } from "./data.ts";
import { setStartValues } from "./initial.ts";
import { stopwatch } from "./stopwatch.ts";
import { type BenchTable, type Cell, rangeText, type Spread, spreadOf } from "./table.ts";

/** Minibatches of a submit, where their views are not too large. */
const SLOTS = 16;
const MOST_VIEWS = 2048;

/** Changes the parameters as in a training, and spoils nothing. */
const LEARNING_RATE = 1e-3;

/** Waiting for a GPU takes Deno at least 10 ms: measurements that are much longer do not show it. */
const SECONDS = { quick: 0, full: 0.5 };

const PROGRAMS = ["train", "predict"] as const;

export async function benchStep(context: BenchContext): Promise<BenchTable[]> {
  const { models, batches, quick, data: folder } = context;
  return await withData(folder, quick ? 4 : 64, async (data) => {
    const rows: Cell[][] = [];
    for (const model of models) {
      for (const program of PROGRAMS) {
        for (const batch of batches) {
          context.say(`${program} ${model.name}, batch ${batch}`);
          const cells = await orReason(() => measure(context, model, program, batch, data));
          const measured = typeof cells === "string"
            ? [null, null, null, null, null, cells]
            : cells;
          rows.push([model.name, program, batch, ...measured]);
        }
      }
    }
    return [{
      title: "steps",
      columns: [
        "model",
        "program",
        "batch",
        "images/s",
        "images/s, range",
        "ms",
        "GFLOP/s",
        "first step, s",
        "answers",
      ],
      rows,
      notes: [
        "the first step is counted from an open device: allocation, compilation and the step " +
        "itself; drivers that keep compiled kernels are faster the next time",
        "rates are those of steps whose views are on the GPU, without loading and saving",
        `views of ${data.description}`,
        ...context.notes,
      ],
    }];
  });
}

/** The cells from the rate on. @throws UserError when this adapter cannot hold the batch */
async function measure(
  { gpu, repeats, quick, fail }: BenchContext,
  model: Model,
  program: typeof PROGRAMS[number],
  batch: number,
  data: BenchData,
): Promise<Cell[]> {
  const slots = gpu.software ? 1 : Math.max(1, Math.min(SLOTS, Math.floor(MOST_VIEWS / batch)));
  const trainable = program === "train";
  const built = stopwatch();
  const network = await GalaxyNetwork.build(gpu, model, { batch, trainable, slots });
  const building = built();
  try {
    setStartValues(network);
    const { views, labels } = await makeExamples(data, batch * network.slots);
    network.load(views, labels);
    network.seek({ slot: 0, minibatch: 0, learningRate: LEARNING_RATE });
    const ran = stopwatch();
    network.run(program, 1);
    await gpu.finish();
    const firstStep = building + ran();

    const rate = await rates(network, program, repeats, quick ? SECONDS.quick : SECONDS.full);
    const loss = trainable ? (await network.losses(1))[0] : undefined;
    const wrong = loss === undefined || (Number.isFinite(loss) && loss > 0)
      ? wrongAnswers(await network.answers(batch))
      : `the loss is ${loss}`;
    if (wrong) fail(`${program} ${model.name}, batch ${batch}: ${wrong}`);
    return [
      rate.median,
      rangeText(rate),
      1000 * batch / rate.median,
      rate.median * operations(model, trainable) / 1e9,
      firstStep,
      wrong ? `WRONG: ${wrong}` : "right",
    ];
  } finally {
    network.destroy();
  }
}

/** Two for every product of weights. Nothing asks for the gradient of the views. */
function operations(model: Model, trainable: boolean): number {
  const { multiplyAdds, layers } = describe(model);
  if (!trainable) return 2 * multiplyAdds;
  const first = layers.find((layer) => layer.multiplyAdds > 0)!;
  return 2 * (3 * multiplyAdds - first.multiplyAdds);
}

/** Images per second of a program, each measurement at least `seconds` long. */
async function rates(
  network: GalaxyNetwork,
  program: typeof PROGRAMS[number],
  repeats: number,
  seconds: number,
): Promise<Spread> {
  const time = async (submits: number) => {
    const seconds = stopwatch();
    for (let submit = 0; submit < submits; submit++) {
      network.seek({ slot: 0, minibatch: 0 });
      network.run(program, network.slots);
    }
    await network.gpu.finish();
    return seconds();
  };
  await time(1); // compiles, on adapters that do so late
  let submits = 1;
  for (let taken = await time(1); taken < seconds; taken = await time(submits)) {
    submits = Math.max(2 * submits, Math.ceil(submits * seconds / taken));
  }
  const values: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    values.push(submits * network.slots * network.batch / await time(submits));
  }
  return spreadOf(values);
}
