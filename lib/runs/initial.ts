/** What the parameters of a training begin with: random numbers, or those of a file (`--init`). */
import { UserError } from "../errors.ts";
import type { Tensor } from "../formats/safetensors.ts";
import type { Model } from "../galaxy/model.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { parameterShapes, plainLayers } from "../galaxy/plain_layers.ts";
import { initialValues } from "../nn/initialise.ts";
import type { Mark } from "../provenance.ts";
import { loadExpected, setTensors } from "./tensor_files.ts";

/** Parameters to begin with. */
export interface InitialParameters {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Says which they are, in the files of the run. */
  readonly mark: Mark;
}

/**
 * Reads parameters to begin with: of any model whose layers have the same names and shapes.
 * @throws UserError when the file is missing or damaged, or naming the first tensor that does not fit
 */
export async function readInitial(path: string, model: Model): Promise<InitialParameters> {
  const expected = { model: model.name, wanted: parameterShapes(plainLayers(model)) };
  const { tensors, provenance, digest } = await loadExpected(path, "parameters", expected);
  const origin = provenance?.marks.model?.text ?? "an unknown model";
  return { tensors, mark: { digest, text: `those of ${origin}` } };
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
  if (initial) return setTensors(network, initial.tensors, ["value"]);
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
