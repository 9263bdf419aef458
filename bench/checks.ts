/** Whether the kernels compute what they should: what a quick run is for. */
import { narrowed } from "../lib/galaxy/model.ts";
import type { Gpu } from "../lib/gpu/device.ts";
import { extradense } from "../lib/galaxy/models/extradense.ts";
import { ALL_CHECKS } from "../lib/verify/checks/all.ts";
import { canRun, type Check } from "../lib/verify/checks/bench.ts";
import type { BenchContext } from "./context.ts";
import { networkCheck } from "./network_check.ts";
import type { BenchTable, Cell } from "./table.ts";

/**
 * Every kernel that this adapter can run, naive or on small tiles, which compile fast, and a narrow
 * network on those of the adapter: `deno task verify` has the others.
 */
export function quickChecks(gpu: Gpu): Pick<Check, "name" | "run">[] {
  const small = ALL_CHECKS.filter(({ name, tiles }) =>
    tiles.startsWith("small") || tiles === "naive" || name.startsWith("advance")
  );
  return [
    ...small.filter(({ tiles }) => canRun(gpu, tiles)),
    networkCheck(narrowed(extradense, 0.05)),
  ];
}

/** Compares with the float64 references; whatever is beyond the tolerance fails the benchmark. */
export async function benchChecks({ gpu, say, fail }: BenchContext): Promise<BenchTable[]> {
  const checks = quickChecks(gpu);
  say(`${checks.length} checks of kernels`);
  const rows: Cell[][] = [];
  for (const { name, run } of checks) {
    const tensors = await run(gpu);
    const worst = tensors.reduce((a, b) => b.excess > a.excess ? b : a);
    const wrong = !(worst.excess <= 1);
    if (wrong) fail(`${name}: ${worst.tensor} is off by ${worst.deviation}`);
    rows.push([name, tensors.length, worst.excess, wrong ? "WRONG" : "right"]);
  }
  return [{
    title: "checks",
    columns: ["check", "tensors", "of the tolerance", "verdict"],
    rows,
    notes: [
      "the worst deviation from the float64 reference, as a share of what float32 may deviate by",
    ],
  }];
}
