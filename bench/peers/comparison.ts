/** The comparison itself: everybody checked, then measured in turns, one computing at a time. */
import { UserError } from "../../lib/errors.ts";
import { ContenderError, ContenderProcess, type Launch } from "./process.ts";
import type { CheckReply, Ready } from "./protocol.ts";
import type { Sizes } from "./workload.ts";
import {
  assertTelling,
  checkTrainingLoss,
  compareAnswers,
  compareChanges,
  compareLosses,
} from "./verdict.ts";

/** What is measured, in examples per second. */
export type Kind = "train" | "predict";
const KINDS: readonly Kind[] = ["train", "predict"];

/** How one contender did. */
export interface Standing {
  readonly name: string;
  /** Absent where it could not be started. */
  readonly ready?: Ready;
  /** Why there are no figures. */
  reason?: string;
  /** The largest deviation of an answer from ours. */
  deviation: number;
  /** The largest of a loss before and after updates, relative. */
  lossDeviation: number;
  /** Steps or runs of a turn. */
  readonly counts: Record<Kind, number>;
  /** Examples per second of each turn. */
  readonly rates: Record<Kind, number[]>;
  /** For each turn, the mean of our rates just before and after over this one's. */
  readonly ratios: Record<Kind, number[]>;
}

export interface ComparisonOptions extends Pick<Sizes, "batch" | "predictBatch"> {
  readonly workload: string;
  /** Of the workload's labels: what answers of zero have. */
  readonly lossOfZeros: number;
  /** Turns of each peer. */
  readonly rounds: number;
  /** What a turn should last at least about, if more than one step fits. */
  readonly seconds: number;
  say(text: string): void;
  /** Called when everybody has read the workload. */
  onStarted(): Promise<void>;
}

/** A first turn longer than this is not repeated to find out how many steps fit into a turn. */
const SLOW_SECONDS = 30;
const MOST_STEPS = 1000;

/**
 * Compares. A peer that cannot be started, fails or computes something else stays without figures.
 * @returns ours first, then the peers in their order
 * @throws UserError when ours fails
 */
export async function compareContenders(
  ours: Launch,
  peers: readonly Launch[],
  options: ComparisonOptions,
): Promise<Standing[]> {
  return await new Comparison(options).run(ours, peers);
}

interface Entrant {
  readonly process: ContenderProcess;
  readonly standing: Standing;
  readonly launch: Launch;
}

class Comparison {
  readonly #options: ComparisonOptions;
  readonly #running = new Set<ContenderProcess>();
  #expected: CheckReply | undefined;

  constructor(options: ComparisonOptions) {
    this.#options = options;
  }

  async run(ours: Launch, peers: readonly Launch[]): Promise<Standing[]> {
    const { rounds, say, onStarted } = this.#options;
    try {
      const first = await mustWork(() => this.#start(ours));
      const entries: (Entrant | Standing)[] = [];
      for (const peer of peers) entries.push(await this.#tryStart(peer));
      await onStarted();
      const entrants = entries.filter((entry): entry is Entrant => "process" in entry);

      await mustWork(() => this.#prepare(first));
      for (const entrant of entrants) {
        await this.#attempt(entrant, async () => {
          const [here, there] = [first, entrant].map(({ process }) => process.ready.adapter);
          if (entrant.launch.sameAdapter && here !== there) {
            throw new ContenderError(`computes on ${there}, ours on ${here}`);
          }
          await this.#prepare(entrant);
        });
      }
      for (let round = 1; round <= rounds; round++) {
        for (const kind of KINDS) {
          say(`round ${round} of ${rounds}: ${kind}`);
          await this.#round(kind, first, entrants);
        }
      }
      const standings = entries.map((entry) => "process" in entry ? entry.standing : entry);
      return [first.standing, ...standings];
    } finally {
      await Promise.all([...this.#running].map((process) => process.close()));
    }
  }

  async #start(launch: Launch): Promise<Entrant> {
    this.#options.say(`starting ${launch.name}`);
    const process = await ContenderProcess.start(launch, this.#options.workload);
    this.#running.add(process);
    return { process, launch, standing: { ...emptyStanding(launch.name), ready: process.ready } };
  }

  async #tryStart(launch: Launch): Promise<Entrant | Standing> {
    try {
      return await this.#start(launch);
    } catch (error) {
      if (!(error instanceof ContenderError)) throw error;
      return { ...emptyStanding(launch.name), reason: `not available: ${error.message}` };
    }
  }

  /** Does something with a peer; where it fails, it is out, and what was measured is void. */
  async #attempt({ process, standing }: Entrant, body: () => Promise<void>) {
    if (standing.reason !== undefined) return;
    try {
      await body();
    } catch (error) {
      if (!(error instanceof ContenderError)) throw error;
      standing.reason = error.message;
      for (const kind of KINDS) standing.rates[kind].length = standing.ratios[kind].length = 0;
      this.#running.delete(process);
      await process.close();
    }
  }

  /** Checks what a contender computes, then lets it warm up and sees how long that takes. */
  async #prepare(entrant: Entrant) {
    const { process, standing } = entrant;
    const { say, seconds } = this.#options;
    say(`checking ${process.name}`);
    const result = await process.request({ do: "check" });
    if (this.#expected) {
      standing.deviation = compareAnswers(result.answers, this.#expected.answers);
      standing.lossDeviation = compareLosses(result.losses, this.#expected.losses);
      compareChanges(result.changes, this.#expected.changes);
    } else {
      assertTelling(result, this.#options.predictBatch);
      this.#expected = result;
    }
    for (const kind of KINDS) {
      const warmUp = await this.#turn(entrant, kind);
      if (warmUp > SLOW_SECONDS) continue;
      // From one step to the number that fits, growing since short turns are mostly waiting.
      for (let taken = 0; taken < seconds / 2 && standing.counts[kind] < MOST_STEPS;) {
        taken = await this.#turn(entrant, kind);
        const fitting = Math.round(standing.counts[kind] * seconds / taken);
        const most = Math.min(MOST_STEPS, 10 * standing.counts[kind]);
        standing.counts[kind] = Math.max(1, Math.min(most, fitting));
      }
    }
  }

  /** Every peer between two turns of ours. */
  async #round(kind: Kind, ours: Entrant, peers: readonly Entrant[]) {
    const own = () => mustWork(() => this.#measure(ours, kind));
    let before = await own();
    for (const peer of peers) {
      await this.#attempt(peer, async () => {
        const rate = await this.#measure(peer, kind);
        const after = await own();
        peer.standing.ratios[kind].push((before + after) / 2 / rate);
        before = after;
      });
    }
  }

  async #measure(entrant: Entrant, kind: Kind): Promise<number> {
    const { batch, predictBatch } = this.#options;
    const { counts, rates } = entrant.standing;
    const seconds = await this.#turn(entrant, kind);
    const rate = counts[kind] * (kind === "train" ? batch : predictBatch) / seconds;
    rates[kind].push(rate);
    return rate;
  }

  /** Seconds of a turn, whose result is checked. */
  async #turn({ process, standing }: Entrant, kind: Kind): Promise<number> {
    const count = standing.counts[kind];
    if (kind === "train") {
      const { seconds, loss } = await process.request({ do: "train", steps: count });
      checkTrainingLoss(loss, this.#options.lossOfZeros);
      return seconds;
    }
    const { seconds, answers } = await process.request({ do: "predict", runs: count });
    const deviation = compareAnswers(answers, this.#expected!.answers);
    standing.deviation = Math.max(standing.deviation, deviation);
    return seconds;
  }
}

/** Without ours there is nothing to compare. */
async function mustWork<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof ContenderError) throw new UserError(`ours: ${error.message}`);
    throw error;
  }
}

function emptyStanding(name: string): Standing {
  return {
    name,
    deviation: 0,
    lossDeviation: 0,
    counts: { train: 1, predict: 1 },
    rates: { train: [], predict: [] },
    ratios: { train: [], predict: [] },
  };
}
