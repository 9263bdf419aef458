/** The fastest variants and tiles for the operations of some models on the adapter at hand (docs/tuning.md). */
import { UserError } from "../errors.ts";
import { cardOf } from "../expect/cards.ts";
import type { Model } from "../galaxy/model.ts";
import type { Gpu } from "../gpu/device.ts";
import { Compiler } from "../gpu/program.ts";
import { type Attempt, attemptsOf } from "./attempts.ts";
import { Ledger } from "./ledger.ts";
import { TuningNetwork } from "./network.ts";
import { fastestFirst } from "./order.ts";
import { sharesOf, TRAINING } from "./shares.ts";
import { Race } from "./timing.ts";
import { type TuneResult, tuneUnit } from "./unit.ts";
import { candidatesFor } from "./vendors.ts";

/** Of an operation's time, what counting on paper may take. */
const COUNTING = 1 / 4;

export interface TuneOptions {
  readonly models: readonly Model[];
  /** Examples of a minibatch in training and in prediction. */
  readonly batch: number;
  readonly predictBatch: number;
  /** Milliseconds for each model. */
  readonly milliseconds: number;
  /** Measurements of everything, of which the median counts. */
  readonly repeats: number;
  /** Only operations and shapes with this in their `choiceKey`. */
  readonly only: string;
  /** What to try besides the default. */
  readonly candidates?: typeof candidatesFor;
  /** What was tried before, and is not again; all that is tried now is noted there. */
  readonly ledger?: Ledger;
  /** Milliseconds, for whatever takes the place of time. */
  readonly now?: () => number;
  readonly stopRequested?: () => boolean;
  /** Told what is being done, and what was left out. */
  say(text: string): void;
}

/** What was left of it. */
export interface TuneEnd {
  /** Candidates that there was no time for, by `choiceKey`. */
  readonly untried: ReadonlyMap<string, number>;
  /** Operations of which everything had been tried before. */
  readonly known: number;
}

/**
 * Measures each operation at each shape that the models need, once: those first that take longest.
 * @param onResult called with every result as it comes
 * @throws UserError when the adapter has no timestamps, or no operation is called as `only` says
 */
export async function tune(
  gpu: Gpu,
  options: TuneOptions,
  onResult: (result: TuneResult) => void | Promise<void>,
): Promise<TuneEnd> {
  const { models, batch, predictBatch, milliseconds, only, say } = options;
  const { candidates = candidatesFor, ledger = new Ledger() } = options;
  const { now = () => performance.now(), stopRequested = () => false } = options;
  if (!gpu.timestamps) {
    throw new UserError(`${gpu.name} has no timestamps, without which kernels cannot be compared`);
  }
  const seen = new Set<string>(), known = new Set<string>();
  const untried = new Map<string, number>();
  for (const model of models) {
    const start = now();
    for (const trainable of [true, false]) {
      if (stopRequested()) break;
      const network = new TuningNetwork(gpu, model, {
        batch: trainable ? batch : predictBatch,
        trainable,
      });
      try {
        const asked = new Set<string>();
        const wanted = (key: string) => {
          // Another model may have had no time for all of it.
          const is = key.includes(only) && (!seen.has(key) || untried.has(key));
          if (is) asked.add(key);
          return is;
        };
        const attempts = await attemptsOf({ gpu, network, wanted, candidates, ledger });
        for (const key of asked) {
          if (!seen.has(key) && !attempts.some((attempt) => attempt.key === key)) known.add(key);
          seen.add(key);
        }
        const until = start + (trainable ? TRAINING : 1) * milliseconds;
        const shared = { gpu, network, ledger, repeats: options.repeats, now, stopRequested, say };
        if (now() >= until) {
          for (const { key, others } of attempts) untried.set(key, others.length);
          continue;
        }
        for (const { attempt, share } of await longestFirst(gpu, attempts)) {
          const { key, others } = attempt;
          const left = until - now();
          if (left <= 0 || stopRequested()) {
            untried.set(key, others.length);
            continue;
          }
          say(`${model.name}: ${key}, ${others.length} candidates`);
          const due = now() + share * left;
          const ordered = { ...attempt, others: inOrder(gpu, attempt, now, due) };
          const result = await tuneUnit({ ...shared, until: due }, ordered);
          const { choice, before, after } = result;
          ledger.choose(key, choice && { ...choice, before, after: after! });
          if (result.untried > 0) untried.set(key, result.untried);
          else untried.delete(key);
          await onResult(result);
        }
      } finally {
        network.destroy();
      }
    }
  }
  if (seen.size === 0 && !stopRequested()) {
    throw new UserError(`none of these models has an operation with "${only}" in it`);
  }
  return { untried, known: known.size };
}

/** As the model on paper expects, where the adapter or its vendor is known; else as they are listed. */
function inOrder(gpu: Gpu, { others }: Attempt, now: () => number, due: number) {
  const card = gpu.software ? undefined : cardOf(gpu);
  if (!card) return others;
  const start = now();
  return fastestFirst(others, card, () => now() >= start + COUNTING * (due - start));
}

/** Those first whose defaults take longest, each with its share of what is left when its turn comes. */
async function longestFirst(
  gpu: Gpu,
  attempts: readonly Attempt[],
): Promise<{ attempt: Attempt; share: number }[]> {
  if (attempts.length === 0) return [];
  const compiler = new Compiler(gpu);
  const programs = [];
  for (const { standard } of attempts) programs.push(await compiler.compile(standard));
  const race = new Race(gpu, programs.length);
  let times: number[];
  try {
    await race.run(programs, 1); // drivers compile at the first run
    times = (await race.run(programs, 1)).map(([time]) => time);
  } finally {
    race.close();
  }
  const shares = sharesOf(times);
  const sorted = [...attempts.keys()].sort((a, b) => times[b] - times[a]);
  let left = 1;
  return sorted.map((index) => {
    const share = Math.min(1, shares[index] / left);
    left -= shares[index];
    return { attempt: attempts[index], share };
  });
}
