/** One operation at one shape: its candidates tried one by one, the best of them raced. */
import { messageOf } from "../errors.ts";
import type { Gpu } from "../gpu/device.ts";
import { Compiler, type Program } from "../gpu/program.ts";
import type { Choice } from "../nn/variants.ts";
import type { Attempt, Candidate } from "./attempts.ts";
import type { Ledger } from "./ledger.ts";
import type { TuningNetwork } from "./network.ts";
import { Results } from "./results.ts";
import { Race } from "./timing.ts";

/** The default is kept where nothing takes less than this share of its time: measurements vary. */
const WORTH_IT = 0.95;
/** What takes longer than so many times the default is not measured again. */
const HOPELESS = 2;
/** So many are measured again, those that were the fastest when they were tried. */
const FINALISTS = 8;
/** Of an operation's time, what the tries may take; the race has the rest. */
const TRYING = 3 / 4;

/** What came of one operation at one shape. */
export interface TuneResult {
  /** Its `choiceKey`. */
  readonly key: string;
  /** What was measured besides the default in this run. */
  readonly candidates: number;
  /** What there was no time for. */
  readonly untried: number;
  /** Milliseconds of the default, and of the choice where one is worth it. */
  readonly before: number;
  readonly after?: number;
  readonly choice?: Choice;
}

export interface UnitOptions {
  readonly gpu: Gpu;
  readonly network: TuningNetwork;
  readonly ledger: Ledger;
  /** Measurements of everything, of which the median counts; fewer where time is short. */
  readonly repeats: number;
  /** Milliseconds on some clock, and when this operation is to be done on it. */
  readonly now: () => number;
  readonly until: number;
  readonly stopRequested: () => boolean;
  readonly say: (text: string) => void;
}

/** What computes the right numbers, and how long that took over the default, once. */
interface Tried {
  readonly choice: Choice;
  readonly program: Program;
  readonly times: number;
}

/**
 * Compiles, checks and times what is to be tried for one operation at one shape. What came of each
 * candidate is noted in the ledger.
 * @param attempt with `others` in the order in which they are tried
 */
export async function tuneUnit(options: UnitOptions, attempt: Attempt): Promise<TuneResult> {
  const { gpu, network, now, until, stopRequested } = options;
  const { key, standard, chosen, others } = attempt;
  const enough = now() + TRYING * (until - now());
  const compiler = new Compiler(gpu);
  const program = await compiler.compile(standard);
  const [{ results }] = standard;
  const expected = await Results.of(gpu, program, results, (slice) => network.fill(slice));
  const race = new Race(gpu, 1 + FINALISTS);
  try {
    const against = { attempt, compiler, program, expected, race };
    const tried: Tried[] = [];
    let untried = others.length;
    options.ledger.note(key, attempt.code, {});
    const again = chosen && await tryOne(options, against, chosen);
    if (again) tried.push(again);
    for (const candidate of others) {
      if (now() >= enough || stopRequested()) break;
      untried--;
      const came = await tryOne(options, against, candidate);
      if (came) tried.push(came);
    }
    const best = await fastest(options, against, tried);
    return { key, candidates: tried.length, untried, ...best };
  } finally {
    race.close();
  }
}

/** What candidates of an operation are compared with, and what for. */
interface Against {
  readonly attempt: Attempt;
  readonly compiler: Compiler;
  readonly program: Program;
  readonly expected: Results;
  readonly race: Race;
}

/** @returns undefined where it is left out, which is said and noted */
async function tryOne(
  { gpu, ledger, say }: UnitOptions,
  { attempt: { key, code }, compiler, program: standard, expected, race }: Against,
  { name, code: own, choice, dispatches }: Candidate,
): Promise<Tried | undefined> {
  const note = (times: number | null) => ledger.note(key, code, { [name]: { code: own, times } });
  // Should it cost the device, then it is not tried again.
  note(null);
  let program: Program;
  try {
    program = await compiler.compile(dispatches);
  } catch (error) {
    gpu.check(); // a lost device is more than a candidate's fault
    return void say(`left out, ${name}: ${messageOf(error)}`);
  }
  if (!await expected.agree(program)) {
    return void say(`left out, ${name}: its results are not those of the default`);
  }
  const [[before], [after]] = await race.run([standard, program], 1);
  const times = after / before;
  note(times);
  return { choice, program, times };
}

/** The default's time, and the choice that is worth it, if there is one. */
async function fastest(
  { repeats, now, until }: UnitOptions,
  { program, race }: Against,
  tried: readonly Tried[],
): Promise<Pick<TuneResult, "before" | "after" | "choice">> {
  const finalists = tried.filter(({ times }) => times < HOPELESS)
    .sort((a, b) => a.times - b.times).slice(0, FINALISTS);
  const racing = [program, ...finalists.map((finalist) => finalist.program)];
  const once = (await race.run(racing, 1)).map(median);
  const least = Math.min(...once);
  const room = until - now();
  const rounds = (most: number, times: readonly number[]) => {
    // There and back, each for a millisecond at least.
    const round = 2 * times.reduce((sum, time) => sum + Math.max(1, time), 0);
    return Math.max(1, Math.min(most, Math.floor(room / 2 / round)));
  };
  const [before, ...times] = (await race.run(racing, rounds(repeats, once), least)).map(median);
  const best = times.indexOf(Math.min(...times));
  if (!(times[best] < WORTH_IT * before)) return { before };
  // The best of many measurements is lucky, too: only the two of them again.
  const winner = finalists[best];
  const pair = rounds(2 * repeats, [before, times[best]]);
  const [again, after] = (await race.run([program, winner.program], pair, least)).map(median);
  if (!(after < WORTH_IT * again)) return { before };
  return { before: again, after, choice: winner.choice };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
