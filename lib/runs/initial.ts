/** What the parameters of a training begin with: random numbers, or those of a file (`--init`). */
import { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { initialValues } from "../nn/initialise.ts";
import type { Mark } from "../provenance.ts";
import { setTensors } from "./tensor_files.ts";
import { readTrained, type Trained } from "./trained.ts";

/** Parameters to begin with, and the model that is trained with them, which may be a narrowed one. */
export interface InitialParameters extends Trained {
  /** Says which they are, in the files of the run. */
  readonly mark: Mark;
}

/**
 * Reads parameters to begin with: of any model whose layers have the same names and shapes.
 * @param width of the model that is trained; by default that of the file's
 * @throws UserError as `readTrained` does
 */
export async function readInitial(
  path: string,
  whole: Model,
  width: number | undefined,
): Promise<InitialParameters> {
  const { model, parameters, provenance, digest } = await readTrained(path, {
    model: whole,
    width,
  });
  const origin = provenance?.marks.model?.text ?? "an unknown model";
  return { model, parameters, mark: { digest, text: `those of ${origin}` } };
}

/**
 * Sets the parameters of a network that begins to train.
 * @param initial those of a file, if it is to begin with such
 * @param mark which the run began with, as its files say, if it did so
 * @throws UserError when it has to begin again with those of a file that is not at hand
 */
export function setInitial(
  network: GalaxyNetwork,
  seed: number,
  initial: InitialParameters | undefined,
  mark: Mark | undefined,
) {
  if (initial) return setTensors(network, initial.parameters, ["value"]);
  if (mark) {
    throw new UserError(
      `the run begins with given parameters (${mark.text}), and has not come to a checkpoint yet: ` +
        "name their file again with --init",
    );
  }
  network.parameters.forEach((parameter, index) =>
    network.set(parameter, "value", initialValues(parameter, seed, index))
  );
}
