/** The results of all shards in the files that one run would have written. */
import { UserError } from "../errors.ts";
import { conclude, type Job } from "./job.ts";
import type { Row } from "./rows.ts";
import { withShards } from "./shards.ts";
import { filesOf, requireSinks, type SinkPaths, writeTables } from "./sinks.ts";
import { Tally } from "./tally.ts";

/**
 * Puts the rows of all shards together.
 * @returns the exit code, as of `classifyPictures`
 * @throws UserError when a part is missing or not complete, or a file cannot be written
 */
export async function mergeShards(
  shards: number,
  { say, warn, ...paths }: SinkPaths & Pick<Job, "say" | "warn">,
): Promise<number> {
  const files = filesOf(paths);
  if (files.length === 0) {
    throw new UserError("--merge needs a file for the results, as --csv FILE");
  }
  await requireSinks(paths);
  const tally = new Tally();
  await withShards(files[0], shards, (rows) => writeTables(paths, tallied(rows, tally)));
  for (const path of files) say(`written: ${path}`);
  return conclude({ tally, say, warn });
}

async function* tallied(rows: AsyncIterable<readonly Row[]>, tally: Tally) {
  for await (const some of rows) {
    tally.take(some);
    yield some;
  }
}
