/** The folder of a training run, `analysis/final/<model>/`, and its `run.json`. */
import { UserError } from "../errors.ts";
import { writeFileAtomic } from "../formats/atomic.ts";
import type { Model } from "../galaxy/model.ts";
import type { TrainSettings } from "./settings.ts";

/** What `run.json` says; settings and data decide whether a run can be resumed. */
export interface RunDescription {
  readonly model: Model;
  readonly settings: TrainSettings;
  readonly data: {
    readonly training: number;
    readonly validation: number;
    /** Tells data sets apart: SHA-256 of ids, labels, and the galaxies' centring if there is any. */
    readonly digest: string;
  };
  readonly adapter: string;
  /** SHA-256 of the network's plan when the run began: with another, sums are rounded otherwise. */
  readonly tiles?: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly started: string;
  /** When the last chunk was trained and saved; missing before that. */
  readonly finished?: string;
}

export class RunFolder {
  constructor(readonly path: string) {}

  get parameters(): string {
    return `${this.path}/params.safetensors`;
  }
  get checkpoint(): string {
    return `${this.path}/checkpoint.safetensors`;
  }
  get history(): string {
    return `${this.path}/history.jsonl`;
  }
  get description(): string {
    return `${this.path}/run.json`;
  }

  /** The run that is there, if any. @throws UserError when its description cannot be read */
  async read(): Promise<RunDescription | undefined> {
    let text;
    try {
      text = await Deno.readTextFile(this.description);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
    try {
      return JSON.parse(text) as RunDescription;
    } catch {
      throw new UserError(
        `${this.description} is damaged: it is no JSON. Choose another folder with --out`,
      );
    }
  }

  /** Whether the run has come to its first checkpoint. */
  async hasCheckpoint(): Promise<boolean> {
    try {
      await Deno.stat(this.checkpoint);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  async write(description: RunDescription) {
    const text = JSON.stringify(description, undefined, 2) + "\n";
    await writeFileAtomic(this.description, new TextEncoder().encode(text));
  }
}

/** @throws UserError listing what differs between a run and what is asked for */
export function checkSameRun(path: string, saved: RunDescription, wanted: RunDescription) {
  const differences: string[] = [];
  for (const key of Object.keys(wanted.settings) as (keyof TrainSettings)[]) {
    const [before, now] = [saved.settings?.[key], wanted.settings[key]];
    if (before !== now) differences.push(`${flagOf(key)} was ${before}, now ${now}`);
  }
  if (JSON.stringify(saved.model) !== JSON.stringify(wanted.model)) {
    differences.push(`the model was ${saved.model?.name} with other layers or sizes`);
  }
  if (saved.data?.digest !== wanted.data.digest) {
    differences.push(
      `the data had ${saved.data?.training} training and ${saved.data?.validation} validation ` +
        `galaxies, now ${wanted.data.training} and ${wanted.data.validation}, or other labels or ` +
        "Source Extractor parameters",
    );
  }
  if (differences.length === 0) return;
  throw new UserError(
    `the run in ${path} cannot be resumed with other settings: ${differences.join("; ")}. ` +
      "Repeat the settings of the run, or start another one with --out",
  );
}

function flagOf(key: string): string {
  return "--" + key.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
}
