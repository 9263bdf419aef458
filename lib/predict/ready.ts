/** Submissions that trainings have left: to be handed in as they are. */
import { commandLine } from "../called.ts";
import { openDataset } from "../data/dataset.ts";
import { imagesAtHand } from "../data/images/marks.ts";
import { fileError, isAbsent } from "../files/explain.ts";
import { galaxiesMark } from "../marks.ts";
import { type Provenance, requireSame } from "../provenance.ts";
import { noBetterThanMean } from "../galaxy/rmse.ts";
import { noBetterText, scoreOf } from "./judgement.ts";
import { readSubmission } from "./submission.ts";

/** A file, and what it was made from. */
export interface ReadySubmission {
  readonly path: string;
  readonly provenance: Provenance;
}

/** What trainings have left in a folder of predictions, but for parts of the test images. */
export async function readySubmissions(folder: string): Promise<ReadySubmission[]> {
  const found: ReadySubmission[] = [];
  for (const name of await namesIn(folder, ".csv.gz")) {
    const path = `${folder}/${name}`;
    if (/-first-\d+\.csv\.gz$/.test(name)) continue;
    const provenance = await readSubmission(path);
    // Those that `submit` has made are of predictions.
    if (provenance?.marks.parameters) found.push({ path, provenance });
  }
  return found;
}

/**
 * Says what is ready to be submitted, and what would be better.
 * @param folder of predictions
 * @throws UserError when something is not of the test images of the data folder
 */
export async function tellReady(
  ready: readonly ReadySubmission[],
  folder: string,
  { data, say, warn }: { data: string; say(line: string): void; warn(line: string): void },
) {
  const { test } = await openDataset(data, { need: { test: true } });
  const wanted = { galaxies: galaxiesMark(test.ids), images: await imagesAtHand(test.paths) };
  const advice =
    "Go on with the training of these predictions (--resume), which makes them again, " +
    "or name the data folder of these predictions with --data DIR";
  for (const { path, provenance } of ready) await requireSame(path, provenance, wanted, advice);
  for (const { path, provenance: { facts } } of ready) {
    const trial = facts.width === undefined
      ? ""
      : `. It is a trial: the network had ${facts.width} of the model's width`;
    say(
      `${path} is ready to be submitted: ${test.ids.length} galaxies with 37 answers each, from the ` +
        `training's single pass${trial}`,
    );
    const score = scoreOf(facts);
    if (score && noBetterThanMean(score)) warn(`warning: ${noBetterText(path, score)}`);
  }
  const averaged = `${folder}/augmented/test`;
  const better = (await namesIn(averaged, ".npy.gz")).filter((name) => !/-first-\d+\./.test(name));
  if (better.length > 0) {
    say(
      `Better, since averaged over sixty transforms: ${
        better.join(", ")
      } in ${averaged}. Submit one ` +
        `with ${commandLine(`submit --prediction ${averaged}/${better[0]}`)}`,
    );
    return;
  }
  const { model } = ready[0].provenance.facts;
  say(
    `A better one takes the mean over sixty transforms: ${commandLine(`predict:${model}`)}, then ${
      commandLine(`submit --prediction ${averaged}/${model}.npy.gz`)
    }`,
  );
}

async function namesIn(folder: string, ending: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    const names = entries.map(({ name }) => name);
    return names.filter((name) => name.endsWith(ending) && !name.startsWith(".")).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw fileError(error, folder, "read");
  }
}
