/** `deno task reproduce`: the whole paper, from JPEGs to the blended submissions. */
import { commandLine } from "../lib/called.ts";
import { UserError } from "../lib/errors.ts";
import { openDataset } from "../lib/data/dataset.ts";
import { split } from "../lib/data/chunks.ts";
import type { Flags, Values } from "../lib/cli/flags.ts";
import { describe } from "../lib/galaxy/describe.ts";
import { type Model, narrowed } from "../lib/galaxy/model.ts";
import { ORDERS } from "../lib/galaxy/parts.ts";
import { type Gpu, openGpu } from "../lib/gpu/device.ts";
import { seenTransforms } from "../lib/predict/averaging.ts";
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG } from "../lib/cli/data_flag.ts";
import { formatDuration } from "../lib/cli/progress.ts";
import { modelRates } from "../lib/galaxy/rate.ts";
import { planReproduction, type ReproduceOptions, type Step } from "../lib/reproduce/reproduce.ts";
import { reproductionScores, scoresText } from "../lib/reproduce/scores.ts";
import { showStatus, toSlurm } from "../lib/reproduce/on_cluster.ts";
import { stepsNamed } from "../lib/reproduce/stages.ts";
import { requireSlurm, SLURM_FLAGS } from "../lib/slurm/flags.ts";
import { PAPER_SETTINGS } from "../lib/runs/settings.ts";
import { UNMARKED_FLAG } from "../lib/cli/unmarked_flag.ts";
import { WIDTH_FLAG } from "../lib/cli/width_flag.ts";
import { MODELS, modelsNamed } from "../lib/galaxy/models/all.ts";

const paper = PAPER_SETTINGS;
const flags = {
  data: { ...DATA_FLAG, access: "write" },
  root: {
    type: "path",
    kind: "folder",
    access: "write",
    within: ["analysis", "predictions"],
    value: "DIR",
    default: ".",
    help: "Where analysis/ and predictions/ go",
  },
  models: { type: "text", value: "A,B,C", help: "These models only (default: all 17)" },
  chunks: { type: "integer", value: "N", min: 1, default: paper.chunks, help: "Chunks to train" },
  "chunk-size": {
    type: "integer",
    value: "N",
    min: 1,
    default: paper.chunkSize,
    help: "Galaxies of a chunk",
  },
  width: WIDTH_FLAG,
  "no-cache": { type: "switch", help: "Decode JPEGs every time instead of once (71 GiB of disk)" },
  "allow-software": { type: "switch", help: "Train on a software adapter: correct, but slow" },
  "accept-unmarked": UNMARKED_FLAG,
  "dry-run": { type: "switch", help: "Say what would be done and how long it takes" },
  only: {
    type: "text",
    value: "PART",
    help: "One part: prepare, train:<model>, predict:<model> or blend, as the jobs of --slurm do",
  },
  status: { type: "switch", help: "Show how far it is, and do nothing" },
  ...SLURM_FLAGS,
} satisfies Flags;

type ReproduceFlags = Values<typeof flags>;

function chosen(models: string | undefined): readonly Model[] {
  if (models === undefined) return MODELS;
  return modelsNamed(models.split(",").map((name) => name.trim()));
}

function optionsOf({ models, noCache, ...values }: ReproduceFlags): ReproduceOptions {
  return {
    ...values,
    models: chosen(models),
    cache: !noCache,
  };
}

/** Seconds of the trainings and predictions to come, at the rates of this adapter. */
async function estimate(
  gpu: Gpu,
  steps: readonly Step[],
  values: ReproduceFlags,
): Promise<Map<Step, number>> {
  const { train, test } = await openDataset(values.data, { need: { train: true, test: true } });
  const galaxies = split(train.paths.length).validation + test.paths.length;
  const seen = galaxies * seenTransforms(ORDERS).length;
  const reference = narrowed(modelsNamed(["extradense"])[0], values.width);
  const rates = await modelRates(gpu, reference);
  console.log(
    `${reference.name} on ${gpu.name}: ${rates.train.toFixed(1)} training images/s, ` +
      `${rates.predict.toFixed(1)} views/s in predictions; the other models by their work\n`,
  );
  const work = describe(reference).multiplyAdds;
  return new Map(steps.flatMap((step): [Step, number][] => {
    if (!step.model) return [];
    const share = describe(narrowed(step.model, values.width)).multiplyAdds / work;
    if (step.kind === "train") {
      const single = test.paths.length / rates.predict;
      return [[step, (values.chunks * values.chunkSize / rates.train + single) * share]];
    }
    return [[step, seen / rates.predict * share]];
  }));
}

/**
 * Says what would be done, or what it would be refused for.
 * @returns the exit code
 */
async function showPlan(steps: readonly Step[], values: ReproduceFlags): Promise<number> {
  const gpu = await openGpu();
  try {
    const done = new Map<Step, boolean>();
    for (const step of steps) {
      done.set(step, await step.done());
      const code = done.get(step) ? 0 : await step.check(gpu);
      if (code === 0) continue;
      console.error(`${step.name} would end with exit code ${code} (see above)`);
      return code;
    }
    const seconds = await estimate(gpu, steps, values);
    let total = 0;
    for (const step of steps) {
      const time = done.get(step) ? 0 : seconds.get(step) ?? 0;
      total += time;
      const note = done.get(step) ? "done" : time > 0 ? `about ${formatDuration(time)}` : "";
      console.log(`${note.padEnd(18)} ${commandLine(argumentsOf(step))}`);
    }
    console.log(`\nabout ${formatDuration(total)} of training and predicting; nothing was written`);
    return 0;
  } finally {
    gpu.close();
  }
}

const argumentsOf = ({ name, flags }: Step) => [name, ...flags].join(" ");

/**
 * Takes all steps that were not taken before.
 * @param scores what there is to be said of the result, a line each
 * @returns the exit code: that of the first step that did not succeed
 */
export async function carryOut(
  steps: readonly Step[],
  scores: () => Promise<string[]> = () => Promise.resolve([]),
): Promise<number> {
  // A run that is another one's is better known before hours of work than after them.
  for (const step of steps) if (step.kind === "train") await step.done();
  const summary: string[] = [];
  for (const [index, step] of steps.entries()) {
    if (await step.done()) {
      summary.push(`${step.name.padEnd(36)} was done before`);
      continue;
    }
    console.log(`\n[${index + 1}/${steps.length}] ${commandLine(argumentsOf(step))}`);
    const started = performance.now();
    const code = await step.run();
    if (code !== 0) {
      console.error(
        `${step.name} ended with exit code ${code} (see above). What was finished stays; ` +
          `run ${commandLine("reproduce")} again to go on`,
      );
      return code;
    }
    const seconds = (performance.now() - started) / 1000;
    summary.push(`${step.name.padEnd(36)} ${formatDuration(seconds)}`);
  }
  console.log(`\n${summary.join("\n")}\n`);
  try {
    for (const line of await scores()) console.log(line);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.warn(`warning: there is no summary of scores: ${error.message}`);
  }
  return 0;
}

if (import.meta.main) {
  await runCommand({
    task: "reproduce",
    gpu: true,
    summary:
      "Everything in order: checks the data, decodes it once, trains and predicts with the\n" +
      "models, blends them and writes the submissions. Skips what is finished, resumes what was\n" +
      "interrupted.",
    flags,
  }, async (values) => {
    requireSlurm(values);
    const options = optionsOf(values);
    const { only, dryRun, slurm } = values;
    if (values.status) return await showStatus(options);
    const steps = planReproduction(options);
    if (slurm) {
      if (only === undefined && !dryRun) return await toSlurm(steps, options, values);
      throw new UserError(
        "--slurm hands over everything that is missing: leave --only and --dry-run out",
      );
    }
    const some = only === undefined ? steps : stepsNamed(only, steps);
    if (dryRun) return await showPlan(some, values);
    const scores = async () => scoresText(await reproductionScores(options), options);
    // A part that ends before the blends has none yet.
    return await carryOut(some, some.some(({ kind }) => kind === "blend") ? scores : undefined);
  });
}
