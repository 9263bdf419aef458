/** `deno task test:faults`: what is left when the n-th file operation fails. */
import { fileURLToPath } from "node:url";
import { UserError } from "../../lib/errors.ts";
import type { Command } from "../../lib/cli/flags.ts";
import { runCommand } from "../../lib/cli/command.ts";
import { type Figures, tableOf, tryJob, trySample } from "./campaign.ts";
import { type Kind, KINDS } from "./faults.ts";
import { JOBS } from "./jobs/all.ts";

const flags = {
  only: { type: "text", value: "JOB", help: "Only this job" },
  kinds: { type: "text", value: "A,B", help: `Only these of ${KINDS.join(", ")}` },
  every: { type: "integer", value: "K", default: 1, min: 1, help: "Only every Kth operation" },
  at: { type: "integer", value: "N", min: 1, help: "Only the Nth operation of the job of --only" },
  sample: { type: "integer", value: "N", min: 1, help: "Only N faults, picked by chance" },
  seed: { type: "integer", value: "S", default: 1, min: 0, help: "Other ones for another seed" },
} as const;
const command: Command<typeof flags> = {
  task: "test:faults",
  summary:
    "Lets the n-th file operation of small jobs fail, for n = 1, 2, …: with an I/O error, a full disk,\n" +
    "a write cut short; or ends the process there, with the power even. Then starts the job again,\n" +
    "which has to end with the same bits as if nothing had happened. Exit code 1 where one does not.",
  flags,
};

/** Where the jobs have their files. */
const FOLDER = fileURLToPath(new URL("../../analysis/faults", import.meta.url));

function kindsOf(text: string | undefined): readonly Kind[] {
  if (text === undefined) return KINDS;
  return text.split(",").map((name) => {
    const kind = KINDS.find((kind) => kind === name);
    if (kind) return kind;
    throw new UserError(`--kinds ${text}: "${name}" is none of ${KINDS.join(", ")}`);
  });
}

if (import.meta.main) {
  await runCommand(command, async ({ only, kinds, every, at, sample, seed }) => {
    const jobs = JOBS.filter(({ name }) => only === undefined || name === only);
    if (jobs.length === 0) {
      const names = JOBS.map(({ name }) => name).join(", ");
      throw new UserError(`--only ${only} is none of the jobs: ${names}`);
    }
    if (at !== undefined && only === undefined) throw new UserError("--at asks for --only JOB");
    const choice = { kinds: kindsOf(kinds), every, at };
    await Deno.mkdir(FOLDER, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: FOLDER });
    const say = (line: string) => console.error(`FAILED: ${line}`);
    const figures: Figures[] = [];
    try {
      if (sample !== undefined) {
        figures.push(
          ...await trySample({ jobs, points: sample, kinds: choice.kinds }, folder, seed, say),
        );
      } else {
        for (const job of jobs) {
          const place = `${folder}/${job.name}`;
          await Deno.mkdir(place);
          figures.push(await tryJob(job, place, choice, say));
          console.log(`${job.name}: faults tried: ${figures.at(-1)!.points}`);
        }
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    console.log(tableOf(figures));
    return figures.some(({ failures }) => failures.length > 0) ? 1 : 0;
  });
}
