/** `run.json`: what a run is, sealed. */
import { UserError } from "../errors.ts";
import { FieldError, Fields } from "../files/fields.ts";
import { readSealed, writeSealed } from "../files/sealed_json.ts";
import { describe } from "../galaxy/describe.ts";
import type { LayerSpec } from "../galaxy/layers/all.ts";
import type { Model } from "../galaxy/model.ts";
import { modelMark } from "../marks.ts";
import { differences, type Marks, marksOf, type WantedMarks } from "../provenance.ts";
import { IN_RUN_FOLDER } from "./folder.ts";
import { settingsOf, type TrainSettings } from "./settings.ts";

/** What `run.json` says; model, settings and marks decide whether a run can be resumed. */
export interface RunDescription {
  readonly model: Model;
  readonly settings: TrainSettings;
  /** Galaxies. */
  readonly training: number;
  readonly validation: number;
  /** Of the data. */
  readonly marks: Marks;
  readonly adapter: string;
  /** SHA-256 of the network's plan when the run began: with another, sums are rounded otherwise. */
  readonly tiles: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly started: string;
  /** When the last chunk was trained and saved; missing before that. */
  readonly finished?: string;
}

const ADVICE = "Without it nobody can say what run this is, so it cannot be resumed. Put a copy " +
  "back if there is one, or start another run with --out";

/**
 * The run of a folder; `undefined` where there is no such file.
 * @throws UserError when it is damaged, of an earlier version, or says what cannot be
 */
export async function readDescription(path: string): Promise<RunDescription | undefined> {
  const value = await readSealed(path, ADVICE, { limit: 2 ** 20 });
  if (value === undefined) return undefined;
  try {
    const fields = new Fields(value);
    return {
      model: modelOf(fields.object("model")),
      settings: settingsOf(fields.object("settings")),
      training: fields.integer("training", 1),
      validation: fields.integer("validation", 1),
      marks: marksOf(fields.object("marks")),
      adapter: fields.text("adapter"),
      tiles: fields.digest("tiles"),
      versions: versionsOf(fields.object("versions")),
      started: fields.text("started"),
      ...(fields.has("finished") ? { finished: fields.text("finished") } : {}),
    };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new UserError(`${path} cannot be used: ${error.message}. ${ADVICE}`);
  }
}

/** @throws FieldError when it is none that could be built */
function modelOf(fields: Fields): Model {
  const preparation = fields.has("preparation")
    ? { preparation: fields.choice("preparation", ["gen1", "gen2"]) }
    : {};
  const layers = fields.list("layers") as LayerSpec[];
  const width = fields.has("width") ? { width: fields.number("width", 0, 1) } : {};
  const model = { name: fields.text("name"), layers, ...preparation, ...width };
  try {
    describe(model);
  } catch {
    throw new FieldError("model.layers are none that can follow each other");
  }
  return model;
}

function versionsOf(fields: Fields): Record<string, string> {
  return { galaxies: fields.text("galaxies"), deno: fields.text("deno") };
}

/** Writes `run.json`. */
export async function writeDescription(path: string, description: RunDescription) {
  const { seed: _, ...model } = description.model;
  await writeSealed(path, { ...description, model }, 2, IN_RUN_FOLDER);
}

/** What is asked of a run that is there already. */
export interface WantedRun {
  readonly model: Model;
  readonly settings: TrainSettings;
  readonly marks: WantedMarks;
}

/**
 * @param path the run's folder
 * @param advice what to do otherwise
 * @throws UserError listing what differs between a run and what is asked for
 */
export async function requireSameRun(
  path: string,
  saved: RunDescription,
  wanted: WantedRun,
  advice: string,
) {
  const found: string[] = [];
  for (const key of Object.keys(wanted.settings) as (keyof TrainSettings)[]) {
    const [before, now] = [saved.settings[key], wanted.settings[key]];
    if (before !== now) found.push(`${flagOf(key)} was ${before}, now ${now}`);
  }
  found.push(...modelDifference(saved.model, wanted.model));
  found.push(...await differences(saved.marks, wanted.marks));
  if (found.length === 0) return;
  throw new UserError(`${path} holds a run of something else. ${found.join("; ")}. ${advice}`);
}

function flagOf(key: string): string {
  return "--" + key.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
}

function modelDifference(saved: Model, wanted: Model): string[] {
  const whole = ({ name, layers, preparation }: Model) =>
    JSON.stringify([name, layers, preparation]);
  if (whole(saved) === whole(wanted)) return [];
  const before = modelMark(saved), now = modelMark(wanted);
  if (before.digest === now.digest) {
    return [`${saved.name} began with other weights, or had other bounds on their norms`];
  }
  const same = before.text === now.text ? ", of other layers" : "";
  return [`the model was ${before.text}, now ${now.text}${same}`];
}
