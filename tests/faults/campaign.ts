/** Faults at every operation of every job, or at some that chance picks. */
import { commandLine } from "../../lib/called.ts";
import { join } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { Random } from "../../lib/random.ts";
import { type Fault, type Kind, KINDS } from "./faults.ts";
import type { Job } from "./job.ts";
import { Broken, Trial } from "./trial.ts";

/** Which faults are tried. */
export interface Choice {
  readonly kinds?: readonly Kind[];
  /** Only every so manieth operation; 1 by default. */
  readonly every?: number;
  /** Only the fault at this operation. */
  readonly at?: number | undefined;
}

/** What became of a job's faults. */
export interface Figures {
  readonly job: string;
  /** File operations of an undisturbed start. */
  readonly operations: number;
  /** Faults that were tried. */
  points: number;
  /** Starts that ended with the same bits in spite of the fault. */
  unharmed: number;
  /** Starts that ended with a sentence naming the file. */
  refused: number;
  /** Starts that were killed. */
  killed: number;
  /** Next starts that ended with the same bits. */
  same: number;
  /** Next starts that were refused, and ended with the same bits after their advice was followed. */
  advised: number;
  readonly failures: string[];
  seconds: number;
}

/** Says what is being done. */
export type Say = (line: string) => void;

/**
 * Tries the faults of a job, at one operation after the other until it ends before the fault.
 * @param folder an empty one
 */
export async function tryJob(
  job: Job,
  folder: string,
  choice: Choice,
  say: Say,
): Promise<Figures> {
  const begin = performance.now();
  const trial = await Trial.open(job, folder);
  const figures = figuresOf(trial);
  const { at: only } = choice;
  const every = (job.every ?? 1) * (choice.every ?? 1);
  const count = trial.operations.length;
  if (only !== undefined && only > count) {
    throw new UserError(`--at ${only}: ${job.name} has only ${count} file operations`);
  }
  for (let at = only ?? 1; at <= count; at += every) {
    for (const kind of chosenKinds(trial, at, choice)) {
      await tryFault(trial, { at, kind }, figures, say);
    }
    if (only !== undefined) break;
  }
  // A start is not bound to do as much as the first one did.
  for (let at = count + 1; only === undefined; at++) {
    if (!await tryFault(trial, { at, kind: "EIO" }, figures, say)) break;
  }
  figures.seconds = (performance.now() - begin) / 1000;
  return figures;
}

/**
 * All that can happen there. Where a start is costly, one of it in turn, and of several calls in a row
 * that do the same to one file, only at the first two and the last.
 */
function chosenKinds(
  { job, operations, kindsAt }: Trial,
  at: number,
  { kinds = KINDS, at: only }: Choice,
): readonly Kind[] {
  const possible = kindsAt(at).filter((kind) => kinds.includes(kind));
  if (!job.costly || only !== undefined || possible.length === 0) return possible;
  const same = (other: number) => {
    const [a, b] = [operations[at - 1], operations[other - 1]];
    return b?.name === a.name && b.path === a.path;
  };
  if (same(at - 2) && same(at - 1) && same(at + 1)) return [];
  return [possible[at % possible.length]];
}

/** Faults to be picked by chance. */
export interface Sample {
  readonly jobs: readonly Job[];
  /** How many of them. */
  readonly points: number;
  readonly kinds?: readonly Kind[];
}

/**
 * Tries faults that chance picks, evenly from all that there are of some jobs.
 * @param folder an empty one
 */
export async function trySample(
  { jobs, points, kinds = KINDS }: Sample,
  folder: string,
  seed: number,
  say: Say,
): Promise<Figures[]> {
  const random = new Random(seed, "test");
  const trials: { trial: Trial; figures: Figures; faults: Fault[] }[] = [];
  const all: { faults: Fault[]; fault: Fault }[] = [];
  for (const job of jobs) {
    const place = join(folder, job.name);
    await Deno.mkdir(place);
    const trial = await Trial.open(job, place);
    const faults: Fault[] = [];
    trials.push({ trial, figures: figuresOf(trial), faults });
    for (let at = 1; at <= trial.operations.length; at++) {
      for (const kind of trial.kindsAt(at)) {
        if (kinds.includes(kind)) all.push({ faults, fault: { at, kind } });
      }
    }
  }
  for (let left = Math.min(points, all.length); left > 0; left--) {
    const [{ faults, fault }] = all.splice(random.below(all.length), 1);
    faults.push(fault);
  }
  for (const { trial, figures, faults } of trials) {
    const begin = performance.now();
    for (const fault of faults) await tryFault(trial, fault, figures, say);
    figures.seconds = (performance.now() - begin) / 1000;
  }
  return trials.map(({ figures }) => figures);
}

function figuresOf({ job, operations }: Trial): Figures {
  const counts = { points: 0, unharmed: 0, refused: 0, killed: 0, same: 0, advised: 0, seconds: 0 };
  return { job: job.name, operations: operations.length, ...counts, failures: [] };
}

/** @returns whether the job came so far */
async function tryFault(trial: Trial, fault: Fault, figures: Figures, say: Say): Promise<boolean> {
  try {
    const outcome = await trial.at(fault);
    if (!outcome) return false;
    figures[outcome.first]++;
    if (outcome.advised) figures.advised++;
    else if (outcome.first !== "unharmed") figures.same++;
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    const { at, kind } = fault;
    const { name = "", path = "" } = trial.operations[at - 1] ?? {};
    const again = `test:faults --only ${figures.job} --at ${at} --kinds ${kind}`;
    const text =
      `${figures.job}, ${kind} at operation ${at} (${name} ${path}): ${error.message}\n` +
      `  repeat it with: ${commandLine(again)}`;
    figures.failures.push(text);
    say(text);
  }
  figures.points++;
  return true;
}

/** A table of what was done, with a line of sums. */
export function tableOf(all: readonly Figures[]): string {
  const head = [
    ...["job", "operations", "points", "unharmed", "sentence", "killed"],
    ...["next start same", "after advice", "failures", "s"],
  ];
  const numbers = (figures: Figures) => [
    ...[figures.operations, figures.points, figures.unharmed, figures.refused, figures.killed],
    ...[figures.same, figures.advised, figures.failures.length, Math.round(figures.seconds)],
  ];
  const rows = all.map((figures) => [figures.job, ...numbers(figures).map(String)]);
  const sums = head.slice(1).map((_, column) =>
    all.reduce((sum, figures) => sum + numbers(figures)[column], 0)
  );
  const lines = [head, ...rows, ["total", ...sums.map(String)]];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line.map((cell, k) => k ? cell.padStart(widths[k]) : cell.padEnd(widths[k])).join("  ")
  ).join("\n");
}
