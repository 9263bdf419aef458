/** What one call of `classify` works with, and the loop over its pictures. */
import { CountProgress } from "../cli/count_progress.ts";
import { standardOutput } from "../cli/progress.ts";
import type { Model } from "../galaxy/model.ts";
import type { Trained } from "../library/trained.ts";
import type { How } from "../pictures/frame.ts";
import type { Bands, PictureList } from "./inputs.ts";
import { withNetworks } from "./networks.ts";
import type { PictureReader } from "./reader.ts";
import { resultText } from "./result.ts";
import type { Shard } from "./shards.ts";
import type { SinkPaths } from "./sinks.ts";
import type { Tally } from "./tally.ts";
import { classifyAll, type Done } from "./work.ts";

export interface ClassifyOptions extends SinkPaths {
  /** The command line, for the report. */
  readonly command: string;
  /** Files of parameters, whose predictions are averaged. */
  readonly params: readonly string[];
  /** What they are of; by default what the file names. */
  readonly model?: Model | undefined;
  readonly transforms: 60 | 1;
  /** Ids of pictures that the report is to look into; by default the first, of a few. */
  readonly inside?: readonly string[] | undefined;
  /** By each picture's size where it is left out. */
  readonly how: How | undefined;
  /** One more picture, the first. */
  readonly bands?: Bands | undefined;
  /** A folder to work in, where Source Extractor is to measure last. */
  readonly sourceExtractor?: string | undefined;
  /** Only this part of the pictures, whose rows stay where `mergeShards` finds them. */
  readonly shard?: Shard | undefined;
  /** Whether to go on with what was interrupted. */
  readonly resume: boolean;
  say(line: string): void;
  warn(line: string): void;
}

export interface Job extends ClassifyOptions {
  readonly list: PictureList;
  /** Of the list: a first one, and one that is left out. */
  readonly range: readonly [from: number, to: number];
  readonly networks: readonly Trained[];
  readonly reader: PictureReader;
  /** Whether results go to the terminal. */
  readonly shown: boolean;
  readonly tally: Tally;
}

export interface Output {
  add(done: Done): Promise<void>;
  /** Asked after each batch. */
  stopped(): boolean;
}

/** Classifies the pictures of a job from one of them on. */
export async function classifyFrom(job: Job, first: number, output: Output) {
  const { list, range: [from, to], networks, reader, transforms, shown, tally, say } = job;
  let looked = first - from;
  const progress = shown || first === to
    ? undefined
    : new CountProgress("classified", to - from, standardOutput, looked);
  const spread = transforms > 1 || networks.length > 1;
  const take = async (done: Done) => {
    await output.add(done);
    if (shown) { for (const result of done.results) say(resultText(result, spread)); }
    tally.take(done.rows);
    looked += done.rows.length;
    progress?.update(looked);
  };
  const classified = tally.classified;
  try {
    await withNetworks(
      first === to || list.readable === 0 ? [] : networks,
      transforms,
      (classify) =>
        classifyAll(list, [first, to], {
          read: (items) => reader.read(items),
          classify,
          take,
          stopped: output.stopped,
        }),
    );
  } finally {
    progress?.close();
  }
  if (shown && tally.classified > classified) say(legend(transforms, networks.length));
}

function legend(transforms: 60 | 1, networks: number): string {
  const looks = transforms === 1 ? [] : ["looks at other angles and sizes"];
  const between = [...looks, ...(networks === 1 ? [] : ["networks"])].join(" and ");
  const spread = between === "" ? "" : `;\n± is how much this differs between ${between}`;
  return `\n%: of the volunteers who are asked this question, how many would say so${spread}`;
}

/** Says what came of all pictures. @returns the exit code */
export function conclude({ tally, say, warn }: Pick<Job, "tally" | "say" | "warn">): number {
  if (tally.classified > 1) say(tally.summary());
  if (tally.failed > 0) warn(tally.failures());
  return tally.failed > 0 ? 2 : 0;
}
