/** `deno task bench`: the one place where speed is measured. */
import type { Command } from "../lib/flags.ts";
import { runCommand } from "../lib/run/command.ts";
import { bench, BENCH_FLAGS } from "../tests/bench/bench.ts";

const command: Command<typeof BENCH_FLAGS> = {
  task: "bench",
  summary: "Measures speed and memory on the adapter at hand, as tables or as JSON:\n" +
    "  memory    GPU memory by purpose, the host's peak, and whether it grows\n" +
    "  kernels   every kernel: ms, GFLOP/s, GB/s, and its share of what the adapter can do\n" +
    "  step      training and prediction, images/s\n" +
    "  pipeline  decoding, warping, chunks, upload, and a training from files to updates\n" +
    "Without a name all of these.",
  flags: BENCH_FLAGS,
  operand: "[memory] [kernels] [step] [pipeline]",
};

/** Runs the task with the process's arguments. */
export function run(): Promise<never> {
  const typed = ["deno task bench", ...Deno.args].join(" ");
  return runCommand(command, (flags, sections) => bench(flags, sections, typed));
}

if (import.meta.main) await run();
