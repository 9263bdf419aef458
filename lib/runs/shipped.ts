/** Parameters that are part of this repository (weights/README.md). */
import { commandLine } from "../called.ts";
import { UserError } from "../errors.ts";
import { exists } from "../files/read.ts";
import { RunFolder } from "./folder.ts";

/** The folder, in that of the repository: one file for each model that is shipped, by its name. */
export const WEIGHTS_FOLDER = "weights";

/** Where the parameters of a model are, and where they come from, as the end of a sentence. */
export interface Place {
  readonly path: string;
  readonly told: string;
}

/**
 * The parameters of one's own training of a model, or else the shipped ones.
 * @throws UserError when there are neither
 */
export async function ownOrShipped(model: string): Promise<Place> {
  const { path: folder, parameters } = new RunFolder(`analysis/final/${model}`);
  if (await exists(parameters)) return { path: parameters, told: "of the training here" };
  const shipped = `${WEIGHTS_FOLDER}/${model}.safetensors`;
  if (await exists(shipped)) {
    return { path: shipped, told: `as shipped, since there is no training in ${folder}` };
  }
  throw new UserError(
    `${parameters} is not there. Train the model (${commandLine(`train:${model}`)}), or name its ` +
      "parameters with --params",
  );
}
