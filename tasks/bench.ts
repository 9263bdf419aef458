/** `deno task bench`: the one place where speed is measured. */
import type { Command } from "../lib/flags.ts";
import { openGpu } from "../lib/gpu/device.ts";
import { runCommand } from "../lib/run/command.ts";
import { bench, BENCH_FLAGS } from "../tests/bench/bench.ts";
import { benchPeers, PEERS_FLAGS, peersOptions } from "../tests/bench/peers.ts";
import { benchJson, headerOf, headerText, tableText } from "../tests/bench/table.ts";

const command: Command<typeof BENCH_FLAGS> = {
  task: "bench",
  summary: "Measures speed and memory on the adapter at hand, as tables or as JSON:\n" +
    "  memory    GPU memory by purpose, the host's peak, and whether it grows\n" +
    "  loads     what reading a number costs, in multiply-adds\n" +
    "  kernels   every kernel: ms, GFLOP/s, GB/s, and its share of what the adapter can do\n" +
    "  step      training and prediction, images/s\n" +
    "  pipeline  decoding, warping, chunks, upload; training and prediction from files on\n" +
    "Without a name all of these. By name only:\n" +
    "  ladder    the convolutions and dense layers, one output at a time and as they are now\n" +
    "The same step in other libraries: deno task bench peers --help",
  flags: BENCH_FLAGS,
  operand: "[memory] [loads] [kernels] [step] [pipeline] [ladder]",
};

const peersFlags = { json: BENCH_FLAGS.json, ...PEERS_FLAGS };
const peersCommand: Command<typeof peersFlags> = {
  task: "bench peers",
  summary:
    "The training and prediction step of extradense in PyTorch, TensorFlow.js and jax-js,\n" +
    "in turns with ours, answers checked. What is not installed is listed as such.",
  flags: peersFlags,
};

/** Runs the task with the process's arguments. */
export function run(): Promise<never> {
  const [section, ...rest] = Deno.args;
  const typed = ["deno task bench", ...Deno.args].join(" ");
  if (section !== "peers") {
    return runCommand(command, (flags, sections) => bench(flags, sections, typed));
  }
  return runCommand(peersCommand, async ({ json, ...flags }) => {
    const options = peersOptions(flags, (text) => console.error(`… ${text}`));
    const gpu = await openGpu();
    const header = headerOf(gpu, typed);
    gpu.close(); // one contender at a time has the adapter
    const table = await benchPeers(options);
    console.log(json ? benchJson(header, [table]) : `${headerText(header)}\n\n${tableText(table)}`);
  }, rest);
}

if (import.meta.main) await run();
