/** `deno task tune`: the fastest tiles for the kernels of some models on the adapter at hand. */
import { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import type { Gpu } from "../gpu/device.ts";
import { Compiler, type Dispatch, type Program } from "../gpu/program.ts";
import { defaultTiles, type TileChoice, type TunedTiles } from "../nn/tiles.ts";
import { type TunableDispatch, TUNED_KINDS, type TunedKind } from "../nn/tuning.ts";
import { tileCandidates } from "../nn/tuning_candidates.ts";
import { Answers } from "./tune_answers.ts";
import { TuningNetwork } from "./tune_network.ts";
import { Race } from "./tune_timing.ts";

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
  /** Only kernels with this in their `tileKey`. */
  readonly only: string;
  /** What to try besides the default. */
  readonly candidates?: typeof tileCandidates;
  /** Told what is being done, and what was left out. */
  say(text: string): void;
}

/** What came of one kernel at one shape. */
export interface TuneResult {
  /** Its `tileKey`. */
  readonly key: string;
  /** What was measured besides the default. */
  readonly candidates: number;
  /** Milliseconds of the default, and of the choice where one is worth it. */
  readonly before: number;
  readonly after?: number;
  readonly tiles?: TileChoice;
}

/** The default program of a unit, and what else was tried. */
interface Variants {
  readonly standard: readonly TunableDispatch[];
  readonly others: readonly {
    readonly tiles: TileChoice;
    readonly dispatches: readonly TunableDispatch[];
  }[];
}

/**
 * Measures each kernel at each shape that the models need, once.
 * @param onResult called with every result as it comes
 * @throws UserError when the adapter has no timestamps, or no kernel is called as `only` says
 */
export async function tune(
  gpu: Gpu,
  { models, batch, predictBatch, repeats, only, candidates = tileCandidates, say }: TuneOptions,
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
        for (const [key, variants] of await variantsOf(gpu, network, candidates)) {
          if (done.has(key) || !key.includes(only)) continue;
          done.add(key);
          say(`${model.name}: ${key}, ${variants.others.length} candidates`);
          await onResult(await tuneUnit(gpu, network, key, variants, repeats, say));
        }
      } finally {
        network.destroy();
      }
    }
  }
  if (done.size === 0) {
    throw new UserError(`none of these models has a kernel with "${only}" in it`);
  }
}

/** What the network runs with the default tiles, and what changes with each candidate. */
async function variantsOf(
  gpu: Gpu,
  network: TuningNetwork,
  candidates: typeof tileCandidates,
): Promise<Map<string, Variants>> {
  const lists = TUNED_KINDS.map((kind) => [kind, candidates(kind, gpu)] as const);
  const longest = Math.max(...lists.map(([, list]) => list.length));
  // The candidates of one number of all kernels at a time.
  const choices = Array.from({ length: longest }, (_, number): TunedTiles => {
    const byKind = new Map(lists.map(([kind, list]) => [kind, list[number]]));
    return { get: (key) => byKind.get(key.split(" ")[0] as TunedKind) };
  });
  const table = defaultTiles(gpu);
  const tables = [table, ...choices.map((tuned) => ({ ...table, tuned }))];
  const [standards, ...alternatives] = await network.units(tables);
  const variants = new Map<string, Variants>();
  for (const [key, standard] of standards) {
    const others: Variants["others"][number][] = [];
    const known = new Set([codeOf(standard)]);
    alternatives.forEach((units, number) => {
      const dispatches = units.get(key)!;
      const code = codeOf(dispatches);
      if (known.has(code)) return;
      known.add(code);
      others.push({ tiles: choices[number].get(key)!, dispatches });
    });
    variants.set(key, { standard, others });
  }
  return variants;
}

/** Equal for dispatches that do the same. */
function codeOf(dispatches: readonly Dispatch[]): string {
  return JSON.stringify(
    dispatches.map(({ kernel, constants, workgroups }) => [kernel.name, constants, workgroups]),
  );
}

/** Compiles, checks and times the variants of one kernel at one shape. */
async function tuneUnit(
  gpu: Gpu,
  network: TuningNetwork,
  key: string,
  { standard, others }: Variants,
  repeats: number,
  say: (text: string) => void,
): Promise<TuneResult> {
  const compiler = new Compiler(gpu);
  const program = await compiler.compile(standard);
  const [{ results }] = standard;
  const answers = await Answers.of(gpu, program, results, (slice) => network.fill(slice));
  const fit: { tiles: TileChoice; program: Program }[] = [];
  for (const { tiles, dispatches } of others) {
    const name = choiceText(tiles);
    let candidate;
    try {
      candidate = await compiler.compile(dispatches);
    } catch (error) {
      gpu.check(); // a lost device is more than a candidate's fault
      say(`left out, ${name}: ${error instanceof Error ? error.message : error}`);
      continue;
    }
    if (await answers.agree(candidate)) fit.push({ tiles, program: candidate });
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
    return { ...result, before: again, after, tiles: winner.tiles };
  } finally {
    race.close();
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Tiles for people, as `conv.filters 4, lanes 64`; a group that is there as a whole by its name. */
export function choiceText(tiles: TileChoice, path = ""): string {
  return Object.entries(tiles).map(([name, value]) => {
    if (value === null) return `no ${path}${name}`;
    if (typeof value === "number") return `${path}${name} ${value}`;
    return Object.keys(value).length > 4 ? path + name : choiceText(value, `${path}${name}.`);
  }).join(", ");
}
