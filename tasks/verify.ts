/** `deno task verify`: are the kernels right on this adapter, and is the whole network? */
import type { Command } from "../lib/cli/flags.ts";
import { type Gpu, openGpu } from "../lib/gpu/device.ts";
import { runCommand } from "../lib/cli/command.ts";
import { compareWithGolden } from "../lib/verify/golden.ts";
import { type Counts, deviationText, mark, verifyKernels } from "../lib/verify/kernels.ts";

const flags = {
  golden: {
    type: "path",
    kind: "file",
    access: "read",
    value: "FILE",
    help: "Compare the whole network with a golden file instead; more files may follow",
  },
  only: { type: "text", value: "TEXT", help: "Only checks with TEXT in their name, as conv2d" },
  details: { type: "switch", help: "A line for every tensor of every check" },
} as const;
const command: Command<typeof flags> = {
  task: "verify",
  gpu: true,
  summary:
    "Compares every kernel with its float64 reference on this adapter, or the whole network\n" +
    "with golden files: activations, predictions, loss, gradients, and three updates.\n" +
    "Exit code 1 where anything deviates by more than float32 arithmetic explains.",
  flags,
  operand: "[FILE…]",
  operandPlace: { kind: "file", access: "read" },
};

async function verifyGolden(gpu: Gpu, file: string): Promise<Counts> {
  console.log(file);
  const rows = await compareWithGolden(gpu, file);
  const width = Math.max(...rows.map(({ tensor }) => tensor.length));
  for (const { tensor, difference: deviation, excess } of rows) {
    const text = deviationText({ deviation, excess });
    console.log(`${mark(excess <= 1)}  ${tensor.padEnd(width)}  ${text}`);
  }
  const notes = rows.flatMap(({ note }) => note?.split("; ") ?? []);
  for (const note of new Set(notes)) console.log(`note: ${note}`);
  return { tensors: rows.length, failed: rows.filter(({ excess }) => !(excess <= 1)).length };
}

await runCommand(command, async ({ golden, only = "", details }, more) => {
  const files = golden === undefined ? more : [golden, ...more];
  const gpu = await openGpu();
  console.log(`Adapter: ${gpu.software ? `${gpu.name}, on the processor` : gpu.name}`);
  let tensors = 0, failed = 0;
  let what = "tensors compared";
  if (files.length === 0) {
    const result = await verifyKernels(gpu, { only, details, say: console.log });
    ({ tensors, failed } = result);
    what = `tensors in ${result.checks} checks of kernels`;
  }
  for (const file of files) {
    const counts = await verifyGolden(gpu, file);
    tensors += counts.tensors;
    failed += counts.failed;
  }
  console.log(
    `${tensors} ${what}, ${failed ? `${failed} beyond tolerance` : "all within tolerance"}`,
  );
  return failed ? 1 : 0;
});
