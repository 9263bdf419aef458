/** Pictures in, answers out. */
import { UserError } from "../errors.ts";
import { PictureList, requireIds } from "./inputs.ts";
import { classifyFrom, type ClassifyOptions, conclude, type Job } from "./job.ts";
import { readNetworks } from "./networks.ts";
import { PictureReader } from "./reader.ts";
import { rangeOf } from "./shards.ts";
import { filesOf, requireSinks } from "./sinks.ts";
import { Tally } from "./tally.ts";
import { classifyToFiles } from "./to_files.ts";

/** With a file of results, so many are shown as well. */
const SHOWN = 20;

/**
 * Classifies pictures. What cannot be read is listed at the end.
 * @param named files, folders and catalogues
 * @returns the exit code: 0, 2 when some could not be read, that of a signal when one came
 * @throws UserError when the parameters or a catalogue cannot be used, or results cannot be written
 */
export async function classifyPictures(
  named: readonly string[],
  options: ClassifyOptions,
): Promise<number> {
  const toFiles = filesOf(options).length > 0;
  await requireSinks(options, [...named, ...options.params, ...options.bands ?? []]);
  const list = await PictureList.open(named, options.bands);
  const { shard } = options;
  if (shard !== undefined && shard.count > list.count) {
    throw new UserError(
      `${shard.count} parts of ${list.count} pictures: there are at most as many parts as pictures`,
    );
  }
  await requireIds(list, options.inside ?? []);
  const [from, to] = rangeOf(list.count, shard);
  const networks = await readNetworks(options.params, options.model);
  const reader = new PictureReader(options);
  const job: Job = {
    ...options,
    list,
    range: [from, to],
    networks,
    reader,
    shown: !toFiles || to - from <= SHOWN,
    tally: new Tally(),
  };
  try {
    if (toFiles) return await classifyToFiles(job);
    await classifyFrom(job, from, { add: async () => {}, stopped: () => false });
    return conclude(job);
  } finally {
    reader.close();
  }
}
