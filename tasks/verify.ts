/** `deno task verify`: are the kernels right on this adapter, and is the whole network? */
import { UserError } from "../lib/errors.ts";
import { type Command } from "../lib/flags.ts";
import { type Gpu, openGpu } from "../lib/gpu/device.ts";
import { runCommand } from "../lib/run/command.ts";
import { compareWithGolden } from "../lib/run/golden.ts";
import { ALL_CHECKS } from "../tests/checks/all.ts";
import { canRun, TOLERANCE } from "../tests/checks/bench.ts";

const flags = {
  golden: {
    type: "path",
    kind: "file",
    access: "read",
    value: "FILE",
    help: "Compare the whole network with a golden file instead; more files may follow",
  },
  only: { type: "text", value: "TEXT", help: "Only checks of kernels with TEXT in their name" },
} as const;
const command: Command<typeof flags> = {
  task: "verify",
  summary: "Compares every kernel with its float64 twin on the adapter at hand, or the whole\n" +
    "network with golden files: activations, answers, loss, gradients, and three updates.\n" +
    "Exits with 1 where anything deviates by more than float32 explains.",
  flags,
  operand: "[FILE…]",
  operandPlace: { kind: "file", access: "read" },
};

/** Number of tensors, and of those beyond tolerance. */
interface Counts {
  tensors: number;
  failed: number;
}

function deviationText({ deviation, excess }: { deviation: number; excess: number }): string {
  return `off by ${deviation.toExponential(1)}, ${excess.toPrecision(2)} times the tolerance`;
}

function mark(ok: boolean): string {
  return ok ? "ok  " : "FAIL";
}

async function verifyKernels(gpu: Gpu, only = ""): Promise<Counts & { checks: number }> {
  const named = ALL_CHECKS.filter(({ name }) => name.includes(only));
  if (named.length === 0) throw new UserError(`no check has "${only}" in its name`);
  const checks = named.filter(({ tiles }) => canRun(gpu, tiles));
  if (checks.length < named.length) {
    const left = named.length - checks.length;
    console.log(
      `not run: ${left} checks of kernels with subgroups of one known size, not had here`,
    );
  }
  const counts = { checks: checks.length, tensors: 0, failed: 0 };
  for (const { name, run } of checks) {
    for (const row of await run(gpu)) {
      const ok = row.excess <= 1;
      counts.tensors++;
      if (!ok) counts.failed++;
      console.log(`${mark(ok)}  ${name}: ${row.tensor} ${deviationText(row)}`);
    }
  }
  console.log(`The tolerance is ${TOLERANCE} of the sum of the magnitudes that are added up.`);
  return counts;
}

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

await runCommand(command, async ({ golden, only }, more) => {
  const files = golden === undefined ? more : [golden, ...more];
  const gpu = await openGpu();
  console.log(`Adapter: ${gpu.software ? `${gpu.name}, on the processor` : gpu.name}`);
  const total: Counts = { tensors: 0, failed: 0 };
  let what = "tensors compared";
  if (files.length === 0) {
    const { checks, ...counts } = await verifyKernels(gpu, only);
    what = `tensors in ${checks} checks of kernels`;
    Object.assign(total, counts);
  }
  for (const file of files) {
    const { tensors, failed } = await verifyGolden(gpu, file);
    total.tensors += tensors;
    total.failed += failed;
  }
  const verdict = total.failed ? `${total.failed} beyond tolerance` : "all within tolerance";
  console.log(`${total.tensors} ${what}, ${verdict}`);
  return total.failed ? 1 : 0;
});
