/** Prediction files of several models for the same galaxies: found, read and checked. */
import { commandLine } from "../called.ts";
import { UserError } from "../errors.ts";
import { fileError, isAbsent } from "../files/explain.ts";
import { readMarkedNpy } from "../formats/marked_npy.ts";
import { differences, type Provenance, requireOrigin, type WantedMarks } from "../provenance.ts";
import { answersOf, checkAnswers } from "../data/answer_check.ts";

const ENDING = ".npy.gz";
/** Predictions may miss [0, 1] by this much, as float32 arithmetic does. */
const FLOAT_ERROR = 1e-6;

export interface PredictionFiles {
  /** The name of the model. */
  name: string;
  valid: string;
  test: string;
}

export interface FoundPredictions {
  /** Sorted by name. */
  models: PredictionFiles[];
  /** What was passed over, and why, one line each. */
  remarks: string[];
}

/**
 * The models with predictions of both the validation and the test galaxies:
 * `augmented/valid/<model>.npy.gz` and `augmented/test/<model>.npy.gz`. Parts of predictions, as
 * `predict --limit` makes them, are passed over.
 * @param folder the predictions folder, as `predictions/final`
 * @param wanted take these models only (default: all)
 * @throws UserError when there are none, or a wanted one is missing
 */
export async function findPredictions(
  folder: string,
  wanted?: readonly string[],
): Promise<FoundPredictions> {
  const folders = { valid: `${folder}/augmented/valid`, test: `${folder}/augmented/test` };
  const found = { valid: await listModels(folders.valid), test: await listModels(folders.test) };
  if (found.valid.whole.length === 0) {
    throw new UserError(
      `${folders.valid} has no prediction of all validation galaxies (<model>${ENDING}). ` +
        `Make one for each model first, as with ${commandLine("predict:extradense")}`,
    );
  }
  const remarks: string[] = [];
  for (const set of ["valid", "test"] as const) {
    for (const name of found[set].parts) {
      remarks.push(`passed over: ${folders[set]}/${name}${ENDING}, a part of a prediction`);
    }
  }
  const names = [...new Set([...found.valid.whole, ...found.test.whole])].sort();
  const models: PredictionFiles[] = [];
  for (const name of wanted ? [...new Set(wanted)].sort() : names) {
    const missing = (["valid", "test"] as const).filter((set) => !found[set].whole.includes(name));
    if (missing.length === 0) {
      const path = (set: "valid" | "test") => `${folders[set]}/${name}${ENDING}`;
      models.push({ name, valid: path("valid"), test: path("test") });
      continue;
    }
    const absent = missing.map((set) => folders[set]).join(" and ");
    if (wanted) {
      throw new UserError(
        `--models asks for ${name}, but ${name}${ENDING} is missing in ${absent}. ` +
          `Found: ${names.join(", ")}`,
      );
    }
    remarks.push(`left out: ${name}, because ${name}${ENDING} is missing in ${absent}`);
  }
  if (models.length === 0) {
    throw new UserError(
      `no model has predictions both in ${folders.valid} (${
        found.valid.whole.join(", ")
      }) and in ` +
        `${folders.test} (${found.test.whole.join(", ") || "none"}). ` +
        `Make those that are missing with ${commandLine("predict:<model>")}`,
    );
  }
  return { models, remarks };
}

async function listModels(folder: string): Promise<{ whole: string[]; parts: string[] }> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.name.startsWith(".") || !entry.name.endsWith(ENDING)) continue;
      names.push(entry.name.slice(0, -ENDING.length));
    }
  } catch (error) {
    if (!isAbsent(error)) throw fileError(error, folder, "read");
  }
  const isPart = (name: string) => /-first-\d+$/.test(name);
  return {
    whole: names.filter((name) => !isPart(name)).sort(),
    parts: names.filter(isPart).sort(),
  };
}

/** The galaxies that a prediction has to be of. */
export interface PredictedGalaxies {
  /** The GalaxyIDs in order. */
  ids: readonly number[];
  /** What they are, for an error, as `validation galaxies`. */
  what: string;
  /** The galaxies and their images. */
  marks: WantedMarks;
}

export interface ReadPrediction {
  path: string;
  /** (galaxies, 37) */
  values: Float32Array | Float64Array;
  /** `undefined` where the file does not say what it was made from. */
  provenance: Provenance | undefined;
  /** SHA-256 of the array in the file. */
  digest: string;
}

/**
 * Reads a prediction, (galaxies, 37). Float error outside [0, 1] is cut off, so that a blend of them
 * can be submitted.
 * @throws UserError naming the file when it is damaged, of other galaxies, or holds values that are
 * not finite or outside [0, 1]
 */
export async function readPrediction(
  path: string,
  { ids, what, marks }: PredictedGalaxies,
  unmarked: { accept: boolean; warn(text: string): void },
): Promise<ReadPrediction> {
  const { provenance, digest, ...array } = await readMarkedNpy(path, ["prediction"]);
  const values = answersOf({ name: path, ...array });
  const rows = array.shape[0];
  if (rows !== ids.length) {
    throw new UserError(
      `${path} has ${rows} rows, but the data folder has ${ids.length} ${what}. ` +
        `Predict again, or name the data folder of these predictions with --data DIR`,
    );
  }
  const advice = "Predict again, or name the data folder of these predictions with --data DIR";
  await requireOrigin(path, provenance, marks, advice, unmarked);
  checkAnswers(path, ids, values, FLOAT_ERROR);
  for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(0, values[i]));
  return { path, values, provenance, digest };
}

/**
 * Checks that two predictions of different galaxies come from one network, seen in one way.
 * @throws UserError naming both files, and what differs
 */
export async function requireSameNetwork(valid: ReadPrediction, test: ReadPrediction) {
  if (!valid.provenance || !test.provenance) return;
  const { model, parameters, transforms } = test.provenance.marks;
  const found = await differences(valid.provenance.marks, { model, parameters, transforms });
  if (found.length === 0) return;
  throw new UserError(
    `${valid.path} and ${test.path} do not come from the same network, so weights fitted to the one ` +
      `mean nothing for the other. ${found.join("; ")}. Predict both again`,
  );
}
