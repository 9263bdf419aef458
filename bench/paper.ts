/** What every kernel is expected to take on a GPU, on paper: counted from its source as it is built. */
import { commandLine } from "../lib/called.ts";
import { UserError } from "../lib/errors.ts";
import { type Card, CARDS } from "../lib/expect/cards.ts";
import { type Count, countOf } from "../lib/expect/count.ts";
import { clockAt, expectation, launchSeconds } from "../lib/expect/expect.ts";
import type { Model } from "../lib/galaxy/model.ts";
import type { Gpu } from "../lib/gpu/device.ts";
import { defaultTiles, tilesFor } from "../lib/nn/tiles.ts";
import type { BenchContext } from "./context.ts";
import { type Measured, readMeasured } from "./measured.ts";
import type { BenchTable, Cell } from "./table.ts";
import { unbuiltPrograms } from "./unbuilt.ts";

const PROGRAMS = ["train", "predict"] as const;

/** One of the listed cards. @throws UserError for another name */
export function cardNamed(name: string): Card {
  const card = CARDS.find((card) => card.name === name);
  if (card) return card;
  const known = CARDS.map(({ name }) => name).join(", ");
  throw new UserError(`there is no card "${name}" on paper; the cards are ${known}`);
}

/** @throws UserError where `--measured` is no result of `bench kernels`, or no card is known for it */
export async function benchPaper(context: BenchContext): Promise<BenchTable[]> {
  const { gpu, focus, batches, say, notes } = context;
  const card = context.card ?? CARDS.find(({ adapter }) => adapter.test(gpu.name));
  const measured = context.measured === undefined
    ? undefined
    : await readMeasured(context.measured);
  if (measured && !card) {
    throw new UserError(
      `${gpu.name} is not among the cards: say what was measured, as in ` +
        commandLine(`bench paper --card ${CARDS[0].name} --measured FILE`),
    );
  }
  const tables: BenchTable[] = [];
  const totals: Cell[][] = [];
  const compared: BenchTable[] = [];
  for (const model of focus) {
    for (const batch of batches) {
      say(`${model.name}, batch ${batch}: counting`);
      const counts = await countPrograms(model, batch, gpu, context.card);
      const title = `on paper: ${model.name}, batch ${batch}, one training step`;
      tables.push(
        card
          ? { title, ...timeTable(counts.train, card), notes: [...timeNotes(card), ...notes] }
          : { title, ...countTable(counts.train), notes: [...countNotes(gpu), ...notes] },
      );
      if (!card) continue;
      for (const program of PROGRAMS) totals.push(total(model, program, batch, counts, card));
      if (measured?.model === model.name && measured.batch === batch) {
        compared.push(...comparisons(counts.train, card, measured));
      }
    }
  }
  if (card) {
    tables.push({
      title: `on paper: ${card.name}, dispatches one after the other`,
      columns: ["model", "program", "batch", "dispatches", "ms", "images/s", "GFLOP/s"],
      rows: totals,
      notes: measured && compared.length === 0
        ? [`not compared: ${context.measured} has ${measured.model}, batch ${measured.batch}`]
        : [],
    });
  }
  return [...tables, ...compared];
}

type Counts = Readonly<Record<typeof PROGRAMS[number], readonly Count[]>>;

/** As it is built on this adapter, or as it would be for a card. */
async function countPrograms(
  model: Model,
  batch: number,
  gpu: Gpu,
  card: Card | undefined,
): Promise<Counts> {
  const programs = card
    ? await unbuiltPrograms(model, batch, defaultTiles({ software: false, subgroup: 32 }))
    : await unbuiltPrograms(
      model,
      batch,
      tilesFor(gpu),
      gpu.device.limits.maxStorageBufferBindingSize,
    );
  const { train = [], predict = [] } = programs;
  return { train: train.map(countOf), predict: predict.map(countOf) };
}

/** Multiply-adds of all invocations; borders and padding count as far as they are computed. */
function multiplyAdds({ workgroups, threads, meanShare, middle }: Count): number {
  const lanes = Math.min(32, threads);
  return middle.instructions.multiplyAdds * lanes * workgroups * meanShare;
}

/** Loads of buffers and workgroup memory, each of up to four numbers, for one multiply-add. */
function loadsPerMultiplyAdd({ middle: { instructions } }: Count): number | null {
  const { loads, shared, multiplyAdds } = instructions;
  return multiplyAdds > 0 ? (loads + shared) / multiplyAdds : null;
}

function countTable(counts: readonly Count[]) {
  return {
    columns: [
      "step",
      "kernel",
      "workgroups",
      "threads",
      "numbers kept",
      "loads per multiply-add",
      "G multiply-adds",
      "MB of memory",
    ],
    rows: counts.map((count): Cell[] => [
      count.dispatch.label,
      count.dispatch.kernel.name,
      count.workgroups,
      count.threads,
      count.kept,
      loadsPerMultiplyAdd(count),
      multiplyAdds(count) / 1e9,
      count.memoryBytes / 1e6,
    ]),
  };
}

const micro = (seconds: number) => seconds * 1e6;

function timeTable(counts: readonly Count[], card: Card) {
  return {
    columns: [
      "step",
      "workgroups",
      "threads",
      "registers",
      "warps",
      "loads per multiply-add",
      "MB",
      "arithmetic, µs",
      "issue",
      "first cache",
      "second cache",
      "memory",
      "waiting",
      "tail",
      "expected, µs",
    ],
    rows: counts.map((count): Cell[] => {
      const { registers, warps, bounds, tail, seconds } = expectation(count, card);
      return [
        count.dispatch.label,
        count.workgroups,
        count.threads,
        registers,
        warps,
        loadsPerMultiplyAdd(count),
        count.memoryBytes / 1e6,
        micro(bounds.arithmetic),
        micro(bounds.issue),
        micro(bounds.access),
        micro(bounds.cache),
        micro(bounds.memory),
        micro(bounds.latency),
        tail,
        micro(seconds),
      ];
    }),
  };
}

function countNotes(gpu: Gpu): string[] {
  return [
    `as it is built on ${gpu.name}, of which no times are known on paper: ` +
    commandLine(`bench paper --card ${CARDS[0].name}`),
    "numbers kept: those that an invocation declares, of four bytes each",
    "loads: of buffers and workgroup memory, of one number or up to four",
  ];
}

function timeNotes(card: Card): string[] {
  const { name, multiprocessors, clock, memory, source } = card;
  return [
    `${name}: ${multiprocessors} multiprocessors at ${clock / 1e9} GHz, ${memory / 1e12} TB/s ` +
    `(${source})`,
    "warps: on a multiprocessor at a time; each column from arithmetic to waiting is the time if that " +
    "alone held it up; tail: how much longer it takes because workgroups are not spread evenly",
    `expected: all of these together, and ${micro(launchSeconds(card)).toFixed(1)} µs to begin`,
  ];
}

function total(
  model: Model,
  program: typeof PROGRAMS[number],
  batch: number,
  counts: Counts,
  card: Card,
): Cell[] {
  const seconds = sum(counts[program].map((count) => expectation(count, card).seconds));
  const products = sum(counts[program].map(multiplyAdds));
  return [
    model.name,
    program,
    batch,
    counts[program].length,
    seconds * 1e3,
    batch / seconds,
    2 * products / seconds / 1e9,
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Each kernel at the clock at which it was measured, if it is still the same one; then by kernel. */
function comparisons(counts: readonly Count[], card: Card, measured: Measured): BenchTable[] {
  const { adapter, model, batch, operations } = measured;
  const clock = clockAt(card, operations);
  const changed: string[] = [];
  const pairs = counts.flatMap((count) => {
    const { label, kernel } = count.dispatch;
    const step = measured.steps.get(label);
    if (!step || step.kernel !== kernel.name) {
      changed.push(label);
      return [];
    }
    const { seconds } = expectation(count, { ...card, clock });
    return [{ label, kernel: kernel.name, expected: seconds, measured: step.seconds }];
  });
  const row = (name: string, some: typeof pairs): Cell[] => {
    const expected = sum(some.map(({ expected }) => expected));
    const measured = sum(some.map(({ measured }) => measured));
    return [name, micro(expected), micro(measured), expected / measured];
  };
  const columns = ["expected, µs", "measured, µs", "expected / measured"];
  const title = `on paper and measured: ${model}, batch ${batch}, ${adapter}`;
  return [{
    title,
    columns: ["step", ...columns],
    rows: pairs.map((pair) => row(pair.label, [pair])),
    notes: [
      `at ${
        Math.round(clock / 1e6)
      } MHz: the clock of the measured multiply-adds between registers, ` +
      `${Math.round(operations / 1e9)} GFLOP/s`,
      ...changed.length > 0
        ? [`left out, since another kernel does it now: ${changed.join(", ")}`]
        : [],
    ],
  }, {
    title: `${title}, by kernel`,
    columns: ["kernel", ...columns],
    rows: [
      ...[...Map.groupBy(pairs, ({ kernel }) => kernel)].map(([name, some]) => row(name, some)),
      row("all of these", pairs),
    ],
    notes: [],
  }];
}
