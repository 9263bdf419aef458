/** The whole reproduction as a list of tasks, each of which knows whether it has been done. */
import { exists, parameterFile } from "../data/sextractor_files.ts";
import type { Model } from "../galaxy/model.ts";
import type { Generation } from "../galaxy/sextractor.ts";
import { RunFolder } from "./run_folder.ts";

export interface ReproduceOptions {
  /** Folder with the competition's files. */
  readonly data: string;
  /** Where `analysis/` and `predictions/` go. */
  readonly root: string;
  readonly models: readonly Model[];
  /** Flags handed on to every training and prediction, as `--width 0.125`. */
  readonly modelFlags: readonly string[];
  /** Flags handed on to every training. */
  readonly trainFlags: readonly string[];
  readonly cache: boolean;
}

/** One task of the reproduction. */
export interface Step {
  /** Arguments of `deno task`. */
  readonly command: readonly string[];
  /** What it costs, for estimates. */
  readonly kind: "check" | "cache" | "extract" | "train" | "predict" | "blend" | "submit";
  readonly model?: Model;
  /** Whether an earlier session has done it. */
  done(): Promise<boolean>;
}

/** The three blends, as they are called on disk. */
const BLENDS = [
  "blended_predictions_uniform",
  "blended_predictions",
  "blended_predictions_separate",
];

const never = () => Promise.resolve(false);

/** All steps in order: check, cache, then train and predict each model, blend, submit. */
export function planReproduction(options: ReproduceOptions): Step[] {
  const { data, root, models, modelFlags, trainFlags } = options;
  const predictions = `${root}/predictions/final`;
  const steps: Step[] = [{ kind: "check", command: ["check:data", "--data", data], done: never }];
  // Both only look at what is there already, so they are quick when nothing is to be done.
  if (options.cache) steps.push({ kind: "cache", command: ["cache", "--data", data], done: never });
  for (const generation of new Set(models.map(({ preparation }) => preparation))) {
    if (!generation) continue;
    steps.push({
      kind: "extract",
      command: [
        "extract:sextractor",
        "--data",
        data,
        "--generation",
        generation === "gen2" ? "2" : "1",
      ],
      done: () => haveParameters(data, generation),
    });
  }
  for (const model of models) {
    const folder = new RunFolder(`${root}/analysis/final/${model.name}`);
    steps.push({
      kind: "train",
      model,
      command: [
        `train:${model.name}`,
        "--data",
        data,
        "--out",
        folder.path,
        ...modelFlags,
        ...trainFlags,
      ],
      done: async () =>
        (await folder.read())?.finished !== undefined &&
        await modified(folder.parameters) !== undefined,
    }, {
      kind: "predict",
      model,
      command: [
        `predict:${model.name}`,
        "--data",
        data,
        "--params",
        folder.parameters,
        "--out",
        predictions,
        ...modelFlags,
      ],
      done: () =>
        newer(
          ["valid", "test"].map((set) => `${predictions}/augmented/${set}/${model.name}.npy.gz`),
          [folder.parameters],
        ),
    });
  }
  const inputs = models.map(({ name }) => `${predictions}/augmented/test/${name}.npy.gz`);
  const blends = BLENDS.map((name) => `${predictions}/blended/${name}`);
  const names = models.map(({ name }) => name).join(",");
  steps.push({
    kind: "blend",
    command: ["ensemble", "--data", data, "--predictions", predictions, "--models", names],
    done: () => newer(blends.map((path) => `${path}.npy.gz`), inputs),
  });
  for (const path of blends) {
    steps.push({
      kind: "submit",
      command: ["submit", "--data", data, "--prediction", `${path}.npy.gz`],
      done: () => newer([`${path}.csv.gz`], [`${path}.npy.gz`]),
    });
  }
  return steps;
}

/** Whether the parameters of both sets are in the data folder or the one above. */
async function haveParameters(data: string, generation: Generation): Promise<boolean> {
  const found = (["train", "test"] as const).map(async (set) => {
    const name = parameterFile(generation, set);
    return await exists(`${data}/${name}`) || await exists(`${data}/../${name}`);
  });
  return (await Promise.all(found)).every(Boolean);
}

/** Adds `--resume` where a training was interrupted. */
export async function resumed(step: Step): Promise<readonly string[]> {
  const out = step.command[step.command.indexOf("--out") + 1];
  const interrupted = step.kind === "train" && await new RunFolder(out).read() !== undefined;
  return interrupted ? [...step.command, "--resume"] : step.command;
}

/** Whether all `outputs` exist and none is older than an input. */
async function newer(outputs: readonly string[], inputs: readonly string[]): Promise<boolean> {
  const made = await Promise.all(outputs.map(modified));
  const given = await Promise.all(inputs.map(modified));
  if (made.includes(undefined) || given.includes(undefined)) return false;
  return Math.min(...made as number[]) >= Math.max(...given as number[]);
}

/** Time of the last change in ms, `undefined` where there is no such file. */
async function modified(path: string): Promise<number | undefined> {
  try {
    return (await Deno.stat(path)).mtime?.getTime();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
