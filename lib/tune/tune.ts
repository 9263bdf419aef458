/** The fastest variants and tiles for the operations of some models on the adapter at hand. */
import { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Dispatch } from "../gpu/kernel.ts";
import { Compiler, type Program } from "../gpu/program.ts";
import { defaultTiles } from "../nn/tiles.ts";
import {
  alternatives,
  type AnyOperation,
  type Choice,
  choiceKey,
  type TunableDispatch,
} from "../nn/variants.ts";
import { TuningNetwork } from "./network.ts";
import { Results } from "./results.ts";
import { Race } from "./timing.ts";

/** The default is kept where nothing takes less than this share of its time: measurements vary. */
const WORTH_IT = 0.95;
/** What takes longer than so many times the default is not measured again. */
const HOPELESS = 2;

export interface TuneOptions {
  readonly models: readonly Model[];
  /** Examples of a minibatch in training and in prediction. */
  readonly batch: number;
  readonly predictBatch: number;
  /** Measurements of everything, of which the median counts. */
  readonly repeats: number;
  /** Only operations and shapes with this in their `choiceKey`. */
  readonly only: string;
  /** What to try besides the default. */
  readonly candidates?: typeof alternatives;
  /** Told what is being done, and what was left out. */
  say(text: string): void;
}

/** What came of one operation at one shape. */
export interface TuneResult {
  /** Its `choiceKey`. */
  readonly key: string;
  /** What was measured besides the default. */
  readonly candidates: number;
  /** Milliseconds of the default, and of the choice where one is worth it. */
  readonly before: number;
  readonly after?: number;
  readonly choice?: Choice;
}

/** What the default runs, and what else is to be tried. */
interface Attempts {
  readonly standard: readonly TunableDispatch[];
  readonly others: readonly {
    readonly choice: Choice;
    readonly dispatches: readonly TunableDispatch[];
  }[];
}

/**
 * Measures each operation at each shape that the models need, once.
 * @param onResult called with every result as it comes
 * @throws UserError when the adapter has no timestamps, or no operation is called as `only` says
 */
export async function tune(
  gpu: Gpu,
  { models, batch, predictBatch, repeats, only, candidates = alternatives, say }: TuneOptions,
  onResult: (result: TuneResult) => void | Promise<void>,
) {
  if (!gpu.timestamps) {
    throw new UserError(`${gpu.name} has no timestamps, without which kernels cannot be compared`);
  }
  const done = new Set<string>();
  for (const model of models) {
    for (const trainable of [true, false]) {
      const options = { batch: trainable ? batch : predictBatch, trainable };
      const network = new TuningNetwork(gpu, model, options);
      try {
        const wanted = (key: string) => key.includes(only) && !done.has(key);
        for (const [key, attempts] of await attemptsOf(gpu, network, wanted, candidates)) {
          done.add(key);
          say(`${model.name}: ${key}, ${attempts.others.length} candidates`);
          await onResult(await tuneUnit({ gpu, network, repeats, say }, key, attempts));
        }
      } finally {
        network.destroy();
      }
    }
  }
  if (done.size === 0) {
    throw new UserError(`none of these models has an operation with "${only}" in it`);
  }
}

/** What the network runs by default for each key that is wanted, and what with each candidate. */
async function attemptsOf(
  gpu: Gpu,
  network: TuningNetwork,
  wanted: (key: string) => boolean,
  candidates: typeof alternatives,
): Promise<Map<string, Attempts>> {
  const tiles = defaultTiles(gpu);
  const lists = new Map<string, readonly Choice[]>();
  for (const [key, [{ operation, shape }]] of (await network.units([tiles]))[0]) {
    if (wanted(key)) lists.set(key, candidates(operation, gpu, shape));
  }
  const longest = Math.max(0, ...[...lists.values()].map((list) => list.length));
  // The candidates of one number of all operations at a time.
  const others = Array.from({ length: longest }, (_, number) => ({
    ...tiles,
    choices: (operation: AnyOperation, shape: object) =>
      lists.get(choiceKey(operation, shape))?.[number],
  }));
  const [standards, ...alternatives] = await network.units([tiles, ...others]);
  const attempts = new Map<string, Attempts>();
  for (const [key, list] of lists) {
    const standard = standards.get(key)!;
    const others: Attempts["others"][number][] = [];
    const known = new Set([codeOf(standard)]);
    list.forEach((choice, number) => {
      const dispatches = alternatives[number].get(key)!;
      const code = codeOf(dispatches);
      if (known.has(code)) return;
      known.add(code);
      others.push({ choice, dispatches });
    });
    attempts.set(key, { standard, others });
  }
  return attempts;
}

/** Equal for dispatches that do the same. */
function codeOf(dispatches: readonly Dispatch[]): string {
  return JSON.stringify(
    dispatches.map(({ kernel, constants, workgroups }) => [kernel.name, constants, workgroups]),
  );
}

/** Compiles, checks and times what is to be tried for one operation at one shape. */
async function tuneUnit(
  { gpu, network, repeats, say }: Pick<TuneOptions, "repeats" | "say"> & {
    readonly gpu: Gpu;
    readonly network: TuningNetwork;
  },
  key: string,
  { standard, others }: Attempts,
): Promise<TuneResult> {
  const compiler = new Compiler(gpu);
  const program = await compiler.compile(standard);
  const [{ results }] = standard;
  const expected = await Results.of(gpu, program, results, (slice) => network.fill(slice));
  const fit: { choice: Choice; program: Program }[] = [];
  for (const { choice, dispatches } of others) {
    const name = choiceText(choice);
    let candidate;
    try {
      candidate = await compiler.compile(dispatches);
    } catch (error) {
      gpu.check(); // a lost device is more than a candidate's fault
      say(`left out, ${name}: ${error instanceof Error ? error.message : error}`);
      continue;
    }
    if (await expected.agree(candidate)) fit.push({ choice, program: candidate });
    else say(`left out, ${name}: its results are not those of the default`);
  }
  const race = new Race(gpu, 1 + fit.length);
  try {
    const programs = [program, ...fit.map((candidate) => candidate.program)];
    const once = (await race.run(programs, 1)).map(median);
    const least = Math.min(...once);
    const hopeful = fit.filter((_, index) => once[1 + index] < HOPELESS * once[0]);
    const racing = [program, ...hopeful.map((candidate) => candidate.program)];
    const [before, ...times] = (await race.run(racing, repeats, least)).map(median);
    const result = { key, candidates: fit.length, before };
    const best = times.indexOf(Math.min(...times));
    if (!(times[best] < WORTH_IT * before)) return result;
    // The best of many measurements is lucky, too: only the two of them again.
    const winner = hopeful[best];
    const [again, after] = (await race.run([program, winner.program], 2 * repeats, least))
      .map(median);
    if (!(after < WORTH_IT * again)) return result;
    return { ...result, before: again, after, choice: winner.choice };
  } finally {
    race.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A choice for people, as `workgroup, filters 4, groups 2`. */
export function choiceText({ variant, tile = {} }: Choice): string {
  return [variant, ...Object.entries(tile).map(([entry, size]) => `${entry} ${size}`)].join(", ");
}
