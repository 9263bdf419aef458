/** `deno task bench`: the one place where speed is measured. */
import { commandLine } from "../lib/called.ts";
import type { Command } from "../lib/cli/flags.ts";
import { openGpu } from "../lib/gpu/device.ts";
import { runCommand } from "../lib/cli/command.ts";
import { bench, BENCH_FLAGS } from "../bench/bench.ts";
import { benchPeers, PEERS_FLAGS, peersOptions } from "../bench/peers.ts";
import { benchJson, headerOf, headerText, tableText } from "../bench/table.ts";

const command: Command<typeof BENCH_FLAGS> = {
  task: "bench",
  gpu: true,
  summary: "Measures speed and memory on this adapter, as tables or as JSON:\n" +
    "  memory    GPU memory by purpose, the host's peak, and whether it grows\n" +
    "  loads     time to read a number from memory, in multiply-adds\n" +
    "  kernels   every kernel: ms, GFLOP/s, GB/s, and share of the adapter's limits\n" +
    "  step      training and prediction, images/s\n" +
    "  pipeline  decoding, warping, upload; training and prediction from files\n" +
    "Without a name all of these. By name only:\n" +
    "  ladder    convolutions and dense layers, naive kernels to present ones\n" +
    "  classify  from pictures to answers, and the network beside onnxruntime (from npm)\n" +
    "  paper     what every kernel is expected to take on a GPU, without one\n" +
    `The same step in other libraries: ${commandLine("bench peers --help")}`,
  flags: BENCH_FLAGS,
  operand: "[SECTION…]",
};

const peersFlags = { json: BENCH_FLAGS.json, ...PEERS_FLAGS };
const peersCommand: Command<typeof peersFlags> = {
  task: "bench peers",
  summary:
    "Measures the training and prediction step of extradense in PyTorch, TensorFlow.js and\n" +
    "jax-js, in turns with ours, and compares the results. What is not installed is listed.",
  flags: peersFlags,
};

/** Runs the task with the process's arguments. */
export function run(): Promise<never> {
  const [section, ...rest] = Deno.args;
  const typed = commandLine(["bench", ...Deno.args].join(" "));
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
