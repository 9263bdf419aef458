/** `deno task bench`: which sections, of what, and what comes of it. */
import { commandLine } from "../lib/called.ts";
import { UserError } from "../lib/errors.ts";
import type { Flags, Values } from "../lib/cli/flags.ts";
import { type Model, narrowed } from "../lib/galaxy/model.ts";
import { type Gpu, openGpu } from "../lib/gpu/device.ts";
import { modelsNamed } from "../lib/galaxy/models/all.ts";
import { extradense } from "../lib/galaxy/models/extradense.ts";
import { ARCHITECTURES } from "./architectures.ts";
import { CARDS } from "../lib/expect/cards.ts";
import { benchChecks } from "./checks.ts";
import { benchClassify } from "./classify.ts";
import { type BenchContext, orReason, type Section } from "./context.ts";
import { benchKernels } from "./kernels.ts";
import { benchLadder } from "./ladder.ts";
import { benchLoads } from "./loads.ts";
import { benchMemory } from "./memory.ts";
import { benchPaper, cardNamed } from "./paper.ts";
import { benchPipeline } from "./pipeline.ts";
import { benchStep } from "./step.ts";
import { benchJson, type BenchTable, headerOf, headerText, tableText } from "./table.ts";

/** The nine, the best single model of the paper first. */
const ALL_MODELS = [extradense, ...ARCHITECTURES.filter(({ name }) => name !== extradense.name)];

/** In the order they run: memory first, since what others leave in the process shows in it. */
const SECTIONS: Readonly<Record<string, Section>> = {
  memory: benchMemory,
  loads: benchLoads,
  kernels: benchKernels,
  step: benchStep,
  pipeline: benchPipeline,
  classify: benchClassify,
  ladder: benchLadder,
  paper: benchPaper,
};

/** Only where they are named: slow by nature, another library's, or without a measurement. */
const BY_NAME = ["ladder", "classify", "paper"];

export const BENCH_FLAGS = {
  json: { type: "switch", help: "Print one JSON document; progress goes to stderr" },
  quick: {
    type: "switch",
    help: "Small shapes for half a minute; ends with 1 where a kernel computes something wrong",
  },
  models: {
    type: "text",
    value: "A,B",
    help:
      "Models by name, or all nine architectures: all (default: all on a GPU, extradense on a " +
      "software adapter)",
  },
  batch: {
    type: "text",
    value: "16,64",
    help: "Examples of a minibatch in kernels and step (default: 16,64,256 on a GPU, 16 on a " +
      "software adapter)",
  },
  repeats: {
    type: "integer",
    value: "N",
    min: 1,
    max: 1000,
    help:
      "Measurements, of which the median and the range are shown (default: 5; 3 on a software " +
      "adapter)",
  },
  steps: {
    type: "integer",
    value: "N",
    min: 4,
    max: 1_000_000,
    help: "Steps over which resident memory is watched (default: 2000)",
  },
  workers: {
    type: "text",
    value: "1,2",
    help: "Numbers of workers that make chunks (default: 1, 2, 4 … as many as there are cores)",
  },
  card: {
    type: "text",
    value: "NAME",
    help: `What paper reckons with: ${CARDS.map(({ name }) => name).join(", ")} (default: this ` +
      "adapter, if it is one of them)",
  },
  measured: {
    type: "path",
    kind: "file",
    access: "read",
    value: "FILE",
    help: "What bench kernels --json printed on such a card, to be compared with paper",
  },
  data: {
    type: "path",
    kind: "data",
    access: "read",
    value: "DIR",
    help: "Folder with the competition's files (default: a few synthetic galaxies)",
  },
} satisfies Flags;

type BenchFlags = Values<typeof BENCH_FLAGS>;

/**
 * The sections of these names; without any all of them but those of `BY_NAME`.
 * @throws UserError for other names
 */
function sectionsNamed(names: readonly string[]): [string, Section][] {
  for (const name of names) {
    if (name in SECTIONS) continue;
    const known = Object.keys(SECTIONS).join(", ");
    throw new UserError(
      name === "peers"
        ? "peers are compared apart from all else, with flags of its own: " +
          commandLine("bench peers")
        : `there is no section "${name}"; the sections are ${known}, and peers`,
    );
  }
  const all = Object.keys(SECTIONS).filter((name) => !BY_NAME.includes(name));
  return Object.entries(SECTIONS).filter(([name]) =>
    (names.length === 0 ? all : names).includes(name)
  );
}

/**
 * Measures, and prints the results.
 * @param names of sections
 * @param command what the user typed, for the record
 * @returns the exit code: 1 where something that was computed is wrong
 */
export async function bench(
  flags: BenchFlags,
  names: readonly string[],
  command: string,
): Promise<number> {
  const sections = sectionsNamed(names);
  const gpu = await openGpu();
  try {
    const failures: string[] = [];
    const context = contextOf(gpu, flags, (text) => failures.push(text));
    const header = headerOf(gpu, command);
    const show = (text: string) => flags.json ? undefined : console.log(text + "\n");
    show(headerText(header));
    const tables: BenchTable[] = [];
    const run = async (section: Section) => {
      const made = await section(context);
      for (const table of made) show(tableText(table));
      tables.push(...made);
    };
    if (flags.quick) await run(benchChecks);
    for (const [name, section] of sections) {
      // What was asked for by name must not be missing without an error.
      await run(names.length > 0 ? section : leftOutWhereImpossible(name, section));
    }
    if (flags.json) console.log(benchJson(header, tables));
    for (const failure of failures) console.error(`WRONG: ${failure}`);
    return failures.length > 0 ? 1 : 0;
  } finally {
    gpu.close();
  }
}

/** A section that says why instead, where this adapter cannot do it. */
function leftOutWhereImpossible(title: string, section: Section): Section {
  return async (context) => {
    const tables = await orReason(() => section(context));
    if (typeof tables !== "string") return tables;
    return [{ title, columns: [], rows: [], notes: [`left out: ${tables}`] }];
  };
}

/** Fills in what was not asked for, by the kind of adapter. */
function contextOf(gpu: Gpu, flags: BenchFlags, fail: (text: string) => void): BenchContext {
  const { quick, data, card, measured } = flags;
  const few = quick || gpu.software;
  const named = flags.models === undefined ? undefined : modelsOf(flags.models);
  const sized = (models: readonly Model[]) =>
    quick ? models.map((model) => narrowed(model, 0.05)) : models;
  const leftOut = [
    few && !named && "the other architectures (--models all)",
    few && flags.batch === undefined && "larger batches (--batch 16,64,256)",
  ].filter((text) => text !== false);
  return {
    gpu,
    models: sized(named ?? (few ? [extradense] : ALL_MODELS)),
    focus: sized(named ?? [extradense]),
    batches: numbersOf("batch", flags.batch) ?? (quick ? [2] : gpu.software ? [16] : [16, 64, 256]),
    repeats: flags.repeats ?? (quick ? 1 : gpu.software ? 3 : 5),
    steps: flags.steps ?? (quick ? 40 : 2000),
    workers: numbersOf("workers", flags.workers) ?? powersUpTo(navigator.hardwareConcurrency),
    data,
    card: card === undefined ? undefined : cardNamed(card),
    measured,
    quick,
    notes: [
      ...leftOut.length > 0
        ? [`left out ${quick ? "in a quick run" : "on a software adapter"}: ${leftOut.join(", ")}`]
        : [],
      ...quick ? ["a twentieth of the filters and units: the figures say nothing"] : [],
    ],
    say: (text) => console.error(`… ${text}`),
    fail,
  };
}

/** `all`, or names with commas between them. @throws UserError for a name that is none */
function modelsOf(text: string): readonly Model[] {
  return text === "all" ? ALL_MODELS : modelsNamed(text.split(","));
}

/** `16,64` as numbers. @throws UserError for anything else */
function numbersOf(flag: string, text: string | undefined): number[] | undefined {
  return text?.split(",").map((part) => {
    const number = Number(part);
    if (Number.isSafeInteger(number) && number >= 1 && number <= 1024) return number;
    throw new UserError(
      `--${flag} takes whole numbers from 1 to 1024 with commas between them, as in 16,64: ` +
        `"${part}" is none`,
    );
  });
}

/** 1, 2, 4 … and the number itself. */
function powersUpTo(most: number): number[] {
  const powers: number[] = [];
  for (let power = 1; power < most; power *= 2) powers.push(power);
  return [...powers, most];
}
