/** How far the training of a model is, told without a GPU. */
import { imagesAtHand } from "../data/images/marks.ts";
import { UserError } from "../errors.ts";
import { type Model, narrowed } from "../galaxy/model.ts";
import { finalProblem } from "../runs/parameter_files.ts";
import { readDescription, requireSameRun } from "../runs/description.ts";
import { RunFolder } from "../runs/folder.ts";
import { chooseSettings } from "../runs/settings.ts";
import { openTraining } from "./input.ts";
import { dataMarks, runMarks } from "../runs/marks.ts";

export interface AskedTraining {
  /** Folder with the competition's files. */
  readonly data: string;
  readonly width: number;
  readonly chunks: number;
  readonly chunkSize: number;
  readonly acceptUnmarked: boolean;
}

/**
 * Whether there is a run in a folder, and whether its parameters are those that it was to end with.
 * @throws UserError when there is a run with other settings or data, or one that nobody can go on with
 */
export async function trainingState(
  path: string,
  full: Model,
  { data, width, acceptUnmarked, ...flags }: AskedTraining,
): Promise<"none" | "begun" | "done"> {
  const folder = new RunFolder(path);
  const [file] = await folder.found();
  if (file === undefined) return "none";
  const saved = await readDescription(folder.description);
  if (!saved) {
    throw new UserError(
      `${path} holds ${file}, but no run.json that says what run it is of. Move it away, or choose ` +
        "another place with --root",
    );
  }
  const model = narrowed(full, width);
  const settings = chooseSettings(model, flags);
  const input = await openTraining(model, {
    data,
    limit: settings.limit,
    ignoreLabelErrors: true, // judged when it trains
    acceptUnmarked,
    warn: () => {}, // whoever uses the files says so
  });
  // Not one that began with given parameters.
  const marks = { ...dataMarks(input, await imagesAtHand(input.paths)), initial: undefined };
  const advice = "Move it away, or choose another place with --root";
  await requireSameRun(path, saved, { model, settings, marks }, advice);
  if (saved.finished === undefined) return "begun";
  const final = { marks: runMarks(model, settings, marks), chunks: settings.chunks };
  return await finalProblem(folder.parameters, final) === undefined ? "done" : "begun";
}
