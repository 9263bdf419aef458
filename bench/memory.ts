/** Memory: on the GPU by purpose, on the host at its peak, and whether it grows. */
import { type Model, narrowed } from "../lib/galaxy/model.ts";
import { GalaxyNetwork, type NetworkOptions } from "../lib/galaxy/network.ts";
import { predictionOptions, trainingOptions } from "../lib/runs/network_options.ts";
import { PAPER_SETTINGS } from "../lib/runs/settings.ts";
import { ORDERS } from "../lib/galaxy/parts.ts";
import type { Gpu } from "../lib/gpu/device.ts";
import type { MemoryUse } from "../lib/gpu/memory.ts";
import { extradense } from "../lib/galaxy/models/extradense.ts";
import { type BenchContext, orReason } from "./context.ts";
import { type BenchData, makeExamples, withData } from "./data.ts";
import { setStartValues, startValues } from "./initial.ts";
import type { BenchTable, Cell } from "./table.ts";

const USES: readonly MemoryUse[] = [
  "parameters",
  "velocities",
  "activations",
  "gradients",
  "data",
];
const MIB = 2 ** 20;
const rss = () => Deno.memoryUsage().rss / MIB;

export async function benchMemory(context: BenchContext): Promise<BenchTable[]> {
  return await withData(context.data, 4, async (data) => [
    await byPurpose(context, data),
    await overSteps(context, data),
  ]);
}

/** A network as a task builds it. */
interface Case {
  readonly program: "train" | "predict";
  readonly options: NetworkOptions;
}

/** The settings of the paper in training, and what `predict` does by default. */
function casesOf({ gpu, quick }: BenchContext): Case[] {
  const batchSize = quick ? 2 : PAPER_SETTINGS.batchSize;
  return [
    { program: "train", options: trainingOptions(gpu, { ...PAPER_SETTINGS, batchSize }) },
    { program: "predict", options: predictionOptions(gpu, ORDERS, quick ? 2 : undefined) },
  ];
}

async function byPurpose(context: BenchContext, data: BenchData): Promise<BenchTable> {
  const rows: Cell[][] = [];
  const notes: string[] = [];
  for (const model of context.focus) {
    for (const { program, options } of casesOf(context)) {
      context.say(`memory of ${program} ${model.name}`);
      const cells = await orReason(() => measure(context, model, program, options, data));
      if (typeof cells === "string") notes.push(`${program} ${model.name}: ${cells}`);
      else rows.push([model.name, program, options.batch, ...cells]);
    }
  }
  return {
    title: "memory, MiB",
    columns: [
      "model",
      "program",
      "batch",
      ...USES,
      "GPU",
      "buffers",
      "made after the first step",
      "host before",
      "host peak",
    ],
    rows,
    notes: [
      "the peak of the host is that of the whole process, sampled; a software adapter keeps the " +
      "buffers of the GPU there too",
      "views that a training keeps ready on the host are not among this",
      "made after the first step: buffers, bind groups and pipelines during three more steps",
      ...notes,
    ],
  };
}

/** The cells from the purposes on. @throws UserError when this adapter cannot hold the network */
async function measure(
  { gpu, fail }: BenchContext,
  model: Model,
  program: Case["program"],
  options: NetworkOptions,
  data: BenchData,
): Promise<Cell[]> {
  const before = rss();
  let peak = before;
  const sample = () => peak = Math.max(peak, rss());
  const timer = setInterval(sample, 5);
  const network = await GalaxyNetwork.build(gpu, model, options);
  try {
    for (const parameter of network.parameters) {
      network.set(parameter, "value", startValues(parameter));
      sample();
    }
    const { views, labels } = await makeExamples(data, network.batch);
    const step = async () => {
      network.load(views, options.trainable ? labels : undefined);
      network.run(program, 1);
      await gpu.finish();
      sample();
    };
    await step();
    const buffers = network.memory.count;
    const made = await madeDuring(gpu, async () => {
      for (let again = 0; again < 3; again++) await step();
    });
    if (made > 0) fail(`${program} ${model.name}: ${made} objects were made after the first step`);
    const sizes = USES.map((use) => network.memory.bytes[use] / MIB);
    const sum = sizes.reduce((total, size) => total + size, 0);
    return [...sizes, sum, buffers, made, before, peak];
  } finally {
    clearInterval(timer);
    network.destroy();
  }
}

const MAKERS = [
  ...["createBuffer", "createBindGroup"] as const,
  ...["createComputePipeline", "createComputePipelineAsync"] as const,
];

/** How many buffers, bind groups and pipelines the device makes while `work` runs. */
export async function madeDuring({ device }: Gpu, work: () => Promise<unknown>): Promise<number> {
  let made = 0;
  for (const name of MAKERS) {
    const make = device[name].bind(device) as (descriptor: never) => unknown;
    const counted = (descriptor: never) => {
      made++;
      return make(descriptor);
    };
    Object.defineProperty(device, name, { value: counted, configurable: true });
  }
  try {
    await work();
  } finally {
    for (const name of MAKERS) Reflect.deleteProperty(device, name);
  }
  return made;
}

/** Resident memory while a narrow network trains for long. */
async function overSteps(
  { gpu, steps, say }: BenchContext,
  data: BenchData,
): Promise<BenchTable> {
  const model = narrowed(extradense, 0.05);
  const slots = 4;
  const network = await GalaxyNetwork.build(gpu, model, { batch: 2, trainable: true, slots });
  try {
    setStartValues(network);
    const { views, labels } = await makeExamples(data, network.batch * slots);
    const samples: Sample[] = [];
    for (let done = 0; done < steps;) {
      network.load(views, labels);
      network.seek({ minibatch: 0, step: done, learningRate: 1e-3 });
      network.run("train", slots);
      await gpu.finish();
      done += slots;
      samples.push({ steps: done, mib: rss() });
      if (done % 400 === 0) say(`memory after ${done} of ${steps} steps`);
    }
    const settled = samples.slice(Math.floor(samples.length / 4));
    return {
      title: "resident memory",
      columns: ["steps", "MiB after a quarter", "MiB at the end", "MiB per 1000 steps"],
      rows: [[samples.at(-1)!.steps, settled[0].mib, settled.at(-1)!.mib, 1000 * slope(settled)]],
      notes: [
        `${model.name} with a twentieth of its filters and units, batch 2: uploads, steps and ` +
        "waits as in a training",
        "the slope is fitted to the last three quarters",
      ],
    };
  } finally {
    network.destroy();
  }
}

export interface Sample {
  readonly steps: number;
  readonly mib: number;
}

/** MiB per step, by least squares; 0 for a single sample. */
export function slope(samples: readonly Sample[]): number {
  const mean = (key: keyof Sample) =>
    samples.reduce((sum, sample) => sum + sample[key], 0) / samples.length;
  const steps = mean("steps"), mib = mean("mib");
  let products = 0, squares = 0;
  for (const sample of samples) {
    products += (sample.steps - steps) * (sample.mib - mib);
    squares += (sample.steps - steps) ** 2;
  }
  return squares === 0 ? 0 : products / squares;
}
