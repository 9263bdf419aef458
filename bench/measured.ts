/** Results of `bench kernels --json` that were kept, to be compared with what is expected. */
import { commandLine } from "../lib/called.ts";
import { UserError } from "../lib/errors.ts";
import { readText } from "../lib/files/read.ts";
import type { BenchTable } from "./table.ts";

/** The kernels of one model at one batch, each timed alone. */
export interface Measured {
  readonly adapter: string;
  readonly model: string;
  readonly batch: number;
  /** Operations per second of multiply-adds between registers in the same run, two for each. */
  readonly operations: number;
  /** By the label of the dispatch: its kernels, by name, and how long they took. */
  readonly steps: ReadonlyMap<string, { readonly kernel: string; readonly seconds: number }>;
}

const LIMIT = 2 ** 24;

/**
 * The first model and batch in a file.
 * @throws UserError when it is no such result
 */
export async function readMeasured(path: string): Promise<Measured> {
  const text = await readText(path, { limit: LIMIT });
  try {
    const { adapter, tables } = JSON.parse(text) as { adapter: string; tables: BenchTable[] };
    const { columns, rows, notes } = tables.find(({ title }) => title === "kernels")!;
    const [step, kernel, models, batch, ms] = ["step", "kernel", "models", "batch", "ms"].map((
      name,
    ) => columns.indexOf(name));
    const first = rows[0];
    const same = rows.filter((row) => row[models] === first[models] && row[batch] === first[batch]);
    const rate = notes.map((note) => /reach \S*?([\d,]+(?:\.\d+)?) GFLOP\/s/.exec(note)).find(
      Boolean,
    )!;
    const measured = {
      adapter: String(adapter),
      model: String(first[models]),
      batch: Number(first[batch]),
      operations: Number(rate[1].replaceAll(",", "")) * 1e9,
      // A step that the program has twice has two labels.
      steps: new Map(
        same.flatMap((row) =>
          String(row[step]).split(", ").map((label) =>
            [label, { kernel: String(row[kernel]), seconds: Number(row[ms]) / 1e3 }] as const
          )
        ),
      ),
    };
    const seconds = [...measured.steps.values()].map(({ seconds }) => seconds);
    const numbers = [measured.batch, measured.operations, ...seconds];
    if (!numbers.every((number) => Number.isFinite(number) && number > 0)) throw new Error();
    return measured;
  } catch {
    throw new UserError(
      `${path} holds no kernels that were measured: make it with ` +
        commandLine("bench kernels --models extradense --batch 16 --json > FILE"),
    );
  }
}
