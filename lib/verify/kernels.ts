/** Every kernel against its float64 reference: a line for each kernel, and for what deviates. */
import { UserError } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { ALL_CHECKS } from "./checks/all.ts";
import { canRun, type Check, type CheckRow, TOLERANCE } from "./checks/bench.ts";

export interface VerifyOptions {
  /** Only checks with this in their name. */
  readonly only: string;
  /** Whether there is a line for every tensor. */
  readonly details: boolean;
  say(line: string): void;
}

/** Number of tensors, and of those beyond tolerance. */
export interface Counts {
  readonly tensors: number;
  readonly failed: number;
}

/** A tensor of a check. */
type Row = CheckRow & { readonly check: string };

/** @throws UserError when no check has `only` in its name */
export async function verifyKernels(
  gpu: Gpu,
  { only, details, say }: VerifyOptions,
): Promise<Counts & { checks: number }> {
  const named = ALL_CHECKS.filter(({ name }) => name.includes(only));
  if (named.length === 0) throw new UserError(`no check has "${only}" in its name`);
  const checks = named.filter(({ tiles }) => canRun(gpu, tiles));
  let tensors = 0, failed = 0;
  say(line("kernel", "cases", "worst deviation", ""));
  for (const [kernel, cases] of Map.groupBy(checks, kernelOf)) {
    const rows: Row[] = [];
    for (const { name, run } of cases) {
      rows.push(...(await run(gpu)).map((row) => ({ ...row, check: name })));
    }
    const beyond = rows.filter(({ excess }) => !(excess <= 1));
    const worst = Math.max(...rows.map(({ excess }) => excess));
    const verdict = beyond.length ? "FAILED" : "ok";
    say(line(kernel, cases.length.toString(), `${percent(worst)} of tolerance`, verdict));
    for (const row of details ? rows : beyond) say(`  ${rowText(row)}`);
    tensors += rows.length;
    failed += beyond.length;
  }
  say(
    `The tolerance is ${TOLERANCE.toExponential()} of the sum of the magnitudes that are added up.`,
  );
  if (checks.length < named.length) {
    const left = named.length - checks.length;
    say(`Not run: ${left} checks of kernels that need subgroups of one known size.`);
  }
  return { checks: checks.length, tensors, failed };
}

/** How far a tensor is from what is expected. */
export function deviationText(
  { deviation, excess }: { deviation: number; excess: number },
): string {
  return `off by ${deviation.toExponential(1)}, ${percent(excess)} of tolerance`;
}

export function mark(ok: boolean): string {
  return ok ? "ok  " : "FAIL";
}

function rowText({ check, tensor, ...row }: Row): string {
  return `${mark(row.excess <= 1)}  ${check}: ${tensor} ${deviationText(row)}`;
}

/** `conv2d` of `conv2d 3×45×45×16, 8 filters of 6×6, software tiles`: what stands before the shape. */
export function kernelOf({ name }: Check): string {
  return /^.*?(?=,| \d)/.exec(name)?.[0] ?? name;
}

function line(kernel: string, cases: string, worst: string, verdict: string): string {
  return `${kernel.padEnd(30)}${cases.padStart(5)}${worst.padStart(21)}  ${verdict}`.trimEnd();
}

/** Rounded up, so that only what is within tolerance is 100 %; `∞ %` where numbers are missing. */
function percent(share: number): string {
  const tenths = Math.ceil(1000 * share);
  return Number.isFinite(tenths) ? `${(tenths / 10).toFixed(1)} %` : "∞ %";
}
