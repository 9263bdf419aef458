/** Writes a survey of synthetic galaxies in the competition's layout. */
import { UserError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { fileError } from "../files/explain.ts";
import { readText } from "../files/read.ts";
import { ANSWER_COLUMNS } from "../galaxy/questions.ts";
import { countKinds, type Entry, galaxyAt, makeCatalogue, votesAt } from "./catalogue.ts";
import { drawPictures, type Picture } from "./workers.ts";

export interface SurveyOptions {
  /** The folder to write; made where it does not exist. */
  out: string;
  /** Numbers of galaxies, at least 1 each. */
  train: number;
  test: number;
  /** An integer from 0 to 2^53 − 1. */
  seed: number;
  workers: number;
  /** Called after every few pictures. */
  onProgress?: (done: number, total: number) => void;
}

/** Raised when the same options begin to give other files. */
const VERSION = 1;
const DESCRIPTION = "survey.json";
/** Holds the description until the survey is complete. */
const UNFINISHED = "survey.json.unfinished";
const FOLDERS = { train: "images_training_rev1", test: "images_test_rev1" } as const;

/**
 * Writes `images_training_rev1/`, `images_test_rev1/`, `training_solutions_rev1.csv`, the true answers
 * of the test galaxies in `test_solutions.csv` and, last of all, `survey.json`. The same seed and
 * numbers give the same bytes whatever the number of workers. An interrupted survey is begun again.
 * @returns "present" when the folder holds this very survey already, and nothing was done
 * @throws UserError when the folder holds anything else
 */
export async function makeSurvey(options: SurveyOptions): Promise<"written" | "present"> {
  const { out, train, test, seed, workers, onProgress } = options;
  const catalogue = makeCatalogue(train, test, seed);
  const description = describe(options, catalogue);
  if (await checkFolder(out, description) === "present") return "present";
  await writeFileAtomic(`${out}/${UNFINISHED}`, new TextEncoder().encode(description));
  for (const folder of Object.values(FOLDERS)) await makeFolder(`${out}/${folder}`);
  const labels = (set: Entry["set"]) =>
    new TextEncoder().encode(labelsCsv(catalogue.filter((entry) => entry.set === set), seed));
  await writeFileAtomic(`${out}/training_solutions_rev1.csv`, labels("train"));
  await writeFileAtomic(`${out}/test_solutions.csv`, labels("test"));
  const pictures: Picture[] = catalogue.map(({ id, index, set }) => ({
    index,
    path: `${out}/${FOLDERS[set]}/${id}.jpg`,
  }));
  await drawPictures({ pictures, seed, workers, onProgress: onProgress ?? (() => {}) });
  try {
    await Deno.rename(`${out}/${UNFINISHED}`, `${out}/${DESCRIPTION}`);
  } catch (error) {
    throw fileError(error, `${out}/${DESCRIPTION}`, "written");
  }
  return "written";
}

async function makeFolder(path: string) {
  try {
    await Deno.mkdir(path, { recursive: true });
  } catch (error) {
    throw fileError(error, path, "made");
  }
}

function describe({ train, test, seed }: SurveyOptions, catalogue: Entry[]): string {
  const kinds = countKinds(catalogue, seed);
  return JSON.stringify({ version: VERSION, seed, train, test, kinds }, null, 2) + "\n";
}

/** Whether the survey may be written, or is there already. */
async function checkFolder(out: string, description: string): Promise<"free" | "present"> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(out)) names.push(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "free";
    throw fileError(error, out, "used as a folder for the survey");
  }
  if (names.length === 0) return "free";
  for (const name of [DESCRIPTION, UNFINISHED]) {
    if (!names.includes(name)) continue;
    if (await readText(`${out}/${name}`) === description) {
      return name === DESCRIPTION ? "present" : "free";
    }
    throw new UserError(
      `${out} holds ${name === DESCRIPTION ? "another survey" : "a part of another survey"}: ` +
        `its seed or its numbers differ. Name another folder, or remove this one first`,
    );
  }
  throw new UserError(
    `${out} holds ${names.length} files that are no survey, such as ${names[0]}. ` +
      `Name a folder that is empty or does not exist`,
  );
}

/** Vote fractions with nine decimals, as in the competition. */
function labelsCsv(entries: readonly Entry[], seed: number): string {
  const rows = entries.map(({ id, index }) => {
    const votes = votesAt(seed, index, galaxyAt(seed, index));
    return [id, ...Array.from(votes, (vote) => Number(vote.toFixed(9)))].join(",");
  });
  return [["GalaxyID", ...ANSWER_COLUMNS].join(","), ...rows, ""].join("\n");
}
