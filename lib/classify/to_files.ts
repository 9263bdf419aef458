/** Results in files: rows go to a journal first, so that none is lost whatever ends the program. */
import { stopSignal } from "../cli/stop_signal.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { classifyFrom, conclude, type Job } from "./job.ts";
import { Journal } from "./journal.ts";
import { type MadeFrom, wayMarks } from "./made_from.ts";
import { networksMark } from "./networks.ts";
import { PictureReader } from "./reader.ts";
import { ClassifyReport } from "./report.ts";
import type { ReportFacts } from "./report_facts.ts";
import { resultOf, rowOf } from "./rows.ts";
import { journalFolder } from "./shards.ts";
import { filesOf, writeTables } from "./sinks.ts";

/**
 * Classifies the pictures of a job.
 * @returns the exit code
 * @throws UserError when rows are there that are not to be gone on with, or something cannot be written
 */
export async function classifyToFiles(job: Job): Promise<number> {
  const { shard, range: [from, to], tally, resume, say, warn } = job;
  const files = filesOf(job);
  const folder = journalFolder(files[0], shard);
  const journal = await Journal.open(folder, madeFrom(job), {
    resume,
    take: (rows) => tally.take(rows),
  });
  const stop = stopSignal();
  let elsewhere = false;
  try {
    if (resume) say(goingOn(journal.count, to - from));
    const report = job.report === undefined ? undefined : await reportOf(job, journal);
    await classifyFrom(job, from + journal.count, {
      add: async ({ rows, results }) => {
        await journal.add(rows);
        // With the same six digits as those that come from the journal.
        report?.add(results.map((result) => ({ ...result, ...resultOf(rowOf(result)) })));
      },
      stopped: () => stop.requested,
    });
    if (journal.count < to - from) {
      say(`stopped. ${kept(journal)}`);
      return stop.exitCode;
    }
    if (shard === undefined) {
      await writeTables(job, journal.rows());
      if (report && !await writeReport(job, report, () => stop.requested)) {
        say(`stopped. ${kept(journal)}`);
        return stop.exitCode;
      }
      elsewhere = true;
      for (const path of files) say(`written: ${path}`);
    } else {
      say(
        `part ${shard.index} of ${shard.count} is complete, in ${folder}. When all are, ` +
          `put them together with --merge ${shard.count}`,
      );
    }
  } catch (error) {
    if (journal.count > 0) warn(kept(journal));
    throw error;
  } finally {
    stop.close();
    await (elsewhere ? journal.remove() : journal.close());
  }
  return conclude(job);
}

function kept({ folder, count }: Journal): string {
  return `${pictures(count)} classified so far, in ${folder}: go on with --resume`;
}

function goingOn(done: number, total: number): string {
  return done === 0
    ? "there is nothing to go on with: beginning with the first picture"
    : `going on after ${done.toLocaleString("en")} of ${pictures(total)}`;
}

function madeFrom(job: Job): MadeFrom {
  const { list, range: [from, to], networks } = job;
  return {
    marks: {
      ...wayMarks(job),
      images: { digest: list.digest, text: pictures(list.count) },
      parameters: networksMark(networks),
    },
    from,
    to,
    pictures: list.count,
  };
}

/** A report of what is in the journal; its pictures are read again. */
async function reportOf(job: Job, journal: Journal): Promise<ClassifyReport> {
  const { bands, tally, say } = job;
  const report = new ClassifyReport(factsOf(job), job.inside);
  if (tally.classified === 0) return report;
  say(`reading ${pictures(tally.classified)} again for the report`);
  const others = bands && [bands[1], bands[2]] as const;
  const reader = new PictureReader({ ...job, transforms: 1 });
  try {
    for await (const rows of journal.rows()) {
      const results = rows.flatMap((row) => "error" in row ? [] : [resultOf(row)]);
      const seen = await reader.read(
        results.map(({ path }) => path === bands?.[0] ? { path, others } : { path }),
      );
      report.add(results.flatMap((result, index) => {
        const one = seen[index];
        return "pixels" in one ? [{ ...result, pixels: one.pixels }] : [];
      }));
    }
  } finally {
    reader.close();
  }
  return report;
}

function factsOf({ command, networks, params, transforms }: Job): ReportFacts {
  const models = networks.map(({ model }) => model.name);
  return { command, models, parameters: params, transforms };
}

/** @returns whether it was not stopped */
async function writeReport(
  job: Job,
  report: ClassifyReport,
  stopRequested: () => boolean,
): Promise<boolean> {
  const { networks: [trained], tally } = job;
  // Whoever wants no page does not wait for what draws it.
  const { insideSections } = await import("./report_inside.ts");
  const work = { ...job, facts: factsOf(job), trained, stopRequested };
  const inside = await insideSections(report.toLookInto, work);
  if (!inside) return false;
  const html = await report.html(tally.listed, tally.failed, inside);
  await writeFileAtomic(job.report!, new TextEncoder().encode(html));
  return true;
}

function pictures(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "picture" : "pictures"}`;
}
