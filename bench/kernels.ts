/** Every kernel of every architecture: time, work per second, and share of the adapter's limits. */
import { few } from "../lib/data/few.ts";
import type { Model } from "../lib/galaxy/model.ts";
import type { Gpu } from "../lib/gpu/device.ts";
import { profile } from "../lib/gpu/profile.ts";
import { Compiler } from "../lib/gpu/program.ts";
import { commandLine } from "../lib/called.ts";
import { UserError } from "../lib/errors.ts";
import { withDispatches } from "./assembled.ts";
import { type BenchContext, orReason } from "./context.ts";
import { type Limits, measureLimits } from "./limits.ts";
import { type BenchTable, type Cell, rangeText, type Spread, spreadOf } from "./table.ts";
import { keyOf, type Step, stepsOf } from "./work.ts";

const PROGRAMS = ["train", "predict"] as const;

/** A step that was measured, and who needs it. */
interface Measured {
  readonly step: Step;
  readonly batch: number;
  readonly milliseconds: Spread;
  /** Its names, and who needs it. */
  readonly labels: Set<string>;
  readonly models: Set<string>;
}

/** What one minibatch of a program takes, its dispatches one by one. */
interface Total {
  readonly model: string;
  readonly program: string;
  readonly batch: number;
  readonly milliseconds: number;
  readonly multiplyAdds: number;
}

/** @throws UserError when the adapter has no timestamps */
export async function benchKernels(context: BenchContext): Promise<BenchTable[]> {
  const { gpu, models, batches, repeats, quick, say } = context;
  if (!gpu.timestamps) {
    throw new UserError(
      `${gpu.name} has no timestamps, so that kernels cannot be timed one by one. Measure whole ` +
        `steps instead: ${commandLine("bench step")}`,
    );
  }
  say("what the adapter can do at most");
  const limits = await measureLimits(gpu, { repeats, onlyOne: quick });
  const measured = new Map<string, Measured>();
  const totals: Total[] = [];
  const notes = [...context.notes];
  for (const batch of batches) {
    for (const model of models) {
      say(`kernels of ${model.name}, batch ${batch}`);
      const outcome = await orReason(() =>
        measureModel(gpu, model, batch, repeats, measured, totals)
      );
      if (typeof outcome === "string") notes.push(`${model.name}, batch ${batch}: ${outcome}`);
    }
  }
  return [kernelTable([...measured.values()], limits, models.length, notes), totalTable(totals)];
}

/** Adds to `measured` what is not in it yet, and to `totals` both programs. */
async function measureModel(
  gpu: Gpu,
  model: Model,
  batch: number,
  repeats: number,
  measured: Map<string, Measured>,
  totals: Total[],
) {
  await withDispatches(gpu, model, batch, async (programs, runOnce) => {
    const steps = PROGRAMS.map((program) => stepsOf(model, batch, programs[program]));
    const fresh = new Map<string, Step>();
    for (const step of steps.flat()) {
      const key = keyOf(step);
      if (!measured.has(key) && !fresh.has(key)) fresh.set(key, step);
    }
    if (fresh.size > 0) {
      await runOnce();
      for (const [key, milliseconds] of await timeSteps(gpu, fresh, repeats)) {
        const step = fresh.get(key)!;
        measured.set(key, { step, batch, milliseconds, labels: new Set(), models: new Set() });
      }
    }
    PROGRAMS.forEach((program, index) => {
      const rows = steps[index].map((step) => {
        const row = measured.get(keyOf(step))!;
        row.labels.add(step.label);
        row.models.add(model.name);
        return row;
      });
      totals.push({
        model: model.name,
        program,
        batch,
        milliseconds: rows.reduce((sum, row) => sum + row.milliseconds.median, 0),
        multiplyAdds: steps[index].reduce((sum, step) => sum + step.multiplyAdds, 0),
      });
    });
  });
}

/** Milliseconds of each step; one round before those that count compiles and warms up. */
async function timeSteps(
  gpu: Gpu,
  steps: ReadonlyMap<string, Step>,
  repeats: number,
): Promise<Map<string, Spread>> {
  const program = await new Compiler(gpu).compile(
    [...steps.values()].flatMap(({ dispatches }) => dispatches),
  );
  const times = new Map<string, number[]>([...steps.keys()].map((key) => [key, []]));
  for (let round = 0; round <= repeats; round++) {
    const rows = (await profile(gpu, program)).values();
    for (const [key, { dispatches }] of steps) {
      let milliseconds = 0;
      for (const _ of dispatches) milliseconds += rows.next().value!.milliseconds;
      if (round > 0) times.get(key)!.push(milliseconds);
    }
  }
  return new Map([...times].map(([key, values]) => [key, spreadOf(values)]));
}

function kernelTable(
  rows: readonly Measured[],
  limits: Limits,
  modelCount: number,
  notes: readonly string[],
): BenchTable {
  const percent = (rate: number, limit: Spread) => Number((100 * rate / limit.max).toPrecision(2));
  return {
    title: "kernels",
    columns: [
      "step",
      "kernel",
      "models",
      "batch",
      "ms",
      "ms, range",
      "GFLOP/s",
      "% of multiply-adds",
      "GB/s",
      "% of copy",
    ],
    rows: rows.map(({ step, batch, milliseconds, labels, models }): Cell[] => {
      const { median } = milliseconds;
      const gflops = 2 * step.multiplyAdds / median / 1e6;
      const gigabytes = step.bytes / median / 1e6;
      return [
        few([...labels], (label) => label, 2).join(", "),
        [...new Set(step.dispatches.map(({ kernel }) => kernel.name))].join(", "),
        models.size === modelCount && modelCount > 1
          ? "all"
          : few([...models], (name) => name, 2).join(", "),
        batch,
        median,
        rangeText(milliseconds),
        gflops || null,
        gflops ? percent(gflops, limits.multiplyAdd) : null,
        gigabytes,
        percent(gigabytes, limits.copy),
      ];
    }),
    notes: [
      `limits of this adapter, in the same run: a copy moves ${rangeText(limits.copy)} GB/s, ` +
      `multiply-adds between registers reach ${
        rangeText(limits.multiplyAdd)
      } GFLOP/s; shares are ` +
      "those of the best",
      "each step ran alone, between two timestamps; steps of the same kernel and constants are " +
      "measured once for all models",
      "GFLOP/s count the products of weights that the model asks for, two operations each; other " +
      "arithmetic and padding does not count",
      "GB/s count every binding once, read or written: a lower bound of what was moved. More than " +
      "the copy means that it came from a cache",
      ...notes,
    ],
  };
}

function totalTable(totals: readonly Total[]): BenchTable {
  return {
    title: "kernels, one after the other",
    columns: ["model", "program", "batch", "ms", "images/s", "GFLOP/s"],
    rows: totals.map(({ model, program, batch, milliseconds, multiplyAdds }) => [
      model,
      program,
      batch,
      milliseconds,
      batch / milliseconds * 1e3,
      2 * multiplyAdds / milliseconds / 1e6,
    ]),
    notes: ["sums of the medians above; a real step is faster where kernels overlap"],
  };
}
