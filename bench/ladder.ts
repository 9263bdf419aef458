/** The steps from the naive kernels to those in use, each operation with its multiply-adds. */
import { profile } from "../lib/gpu/profile.ts";
import { Compiler, type Program } from "../lib/gpu/program.ts";
import { defaultTiles, type Tiles, tilesFor } from "../lib/nn/tiles.ts";
import { withDispatches } from "./assembled.ts";
import type { BenchContext } from "./context.ts";
import { type BenchTable, type Cell, round, spreadOf } from "./table.ts";
import { type Step, stepsOf } from "./work.ts";

interface Rung {
  readonly name: string;
  readonly tiles: Tiles;
}

interface Timed {
  readonly rung: Rung;
  readonly steps: readonly Step[];
  readonly program: Program;
  /** Milliseconds of each step, a round each. */
  readonly rounds: number[][];
}

/** @throws UserError when the adapter has no timestamps */
export async function benchLadder(context: BenchContext): Promise<BenchTable[]> {
  const { gpu, focus, batches, repeats, say } = context;
  const [model] = focus, [batch] = batches;
  const { software, subgroup } = gpu;
  const sharing = software && subgroup >= 4;
  const rungs: Rung[] = [
    { name: "naive", tiles: { ...defaultTiles(gpu), choices: () => ({ variant: "naive" }) } },
    ...sharing
      ? [{ name: "tiles in registers", tiles: defaultTiles({ software, subgroup: 0 }) }]
      : [],
    { name: sharing ? "shared loads" : "tiles in registers", tiles: tilesFor(gpu) },
  ];
  const timed: Timed[] = [];
  // All rungs at once, in turns: the machine may be slower in a minute.
  const climb = async (at: number): Promise<void> => {
    if (at === rungs.length) return await timeInTurns(context, timed);
    const rung = rungs[at];
    await withDispatches(gpu, model, batch, async ({ train }, runOnce) => {
      say(`${rung.name}: compiling and one step`);
      await runOnce();
      const steps = stepsOf(model, batch, train).filter(({ multiplyAdds }) => multiplyAdds > 0);
      const program = await new Compiler(gpu).compile(
        steps.flatMap(({ dispatches }) => dispatches),
      );
      timed.push({ rung, steps, program, rounds: [] });
      await climb(at + 1);
    }, rung.tiles);
  };
  await climb(0);
  return [{
    title: `ladder: ${model.name}, batch ${batch}, one training step`,
    columns: [
      "step",
      ...rungs.flatMap(({ name }, at) => at === 0 ? [`${name}, ms`] : [`${name}, ms`, "gain"]),
      "GFLOP/s",
    ],
    rows: rowsOf(timed),
    notes: [
      `medians of ${repeats}, in turns; a gain is that over the column before`,
      ...context.notes,
    ],
  }];
}

async function timeInTurns({ gpu, repeats, say }: BenchContext, timed: readonly Timed[]) {
  for (let turn = 0; turn <= repeats; turn++) {
    for (const { rung, steps, program, rounds } of timed) {
      say(`${rung.name}, ${turn === 0 ? "compiling" : `${turn} of ${repeats}`}`);
      const rows = (await profile(gpu, program)).values();
      const milliseconds = steps.map(({ dispatches }) => {
        let sum = 0;
        for (const _ of dispatches) sum += rows.next().value!.milliseconds;
        return sum;
      });
      if (turn > 0) rounds.push(milliseconds);
    }
  }
}

function rowsOf(timed: readonly Timed[]): Cell[][] {
  const steps = timed.at(-1)!.steps;
  const medians = timed.map(({ rounds }) =>
    steps.map((_, index) => spreadOf(rounds.map((turn) => turn[index])).median)
  );
  const row = (label: string, times: readonly number[], multiplyAdds: number): Cell[] => [
    label,
    ...times.flatMap((time, at) => at === 0 ? [time] : [time, round(times[at - 1] / time)]),
    2 * multiplyAdds / times.at(-1)! / 1e6,
  ];
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return [
    ...steps.map(({ label, multiplyAdds }, index) =>
      row(label, medians.map((times) => times[index]), multiplyAdds)
    ),
    row("all of these", medians.map(sum), sum(steps.map(({ multiplyAdds }) => multiplyAdds))),
  ];
}
