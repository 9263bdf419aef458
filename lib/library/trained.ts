/** Models with their parameters, in memory and as safetensors files. */
import { writeSafetensors } from "../formats/safetensors.ts";
import type { Model } from "../galaxy/model.ts";
import { modelMark } from "../marks.ts";
import { requireSame } from "../provenance.ts";
import { modelMetadata } from "../runs/tensor_files.ts";
import { type ParameterValues, readTrained, type Trained } from "../runs/trained.ts";

export type { ParameterValues, Trained };

/**
 * Reads a safetensors file of parameters: `params.safetensors` of a training, what `writeParameters` wrote,
 * or any file with the same names and shapes (docs/models.md §4).
 * @param path the file
 * @param model what they are of; by default the one of ours that the file names. It is `narrowed` if the
 * file's network is
 * @returns the model and its parameters
 * @throws UserError when the file is missing, damaged, made for another model or for none that is known,
 * or holds numbers that are not finite
 */
export async function readParameters(path: string, model?: Model): Promise<Trained> {
  const { provenance, model: found, parameters } = await readTrained(path, { model });
  if (provenance) {
    const advice = "Give the model that it was made for";
    await requireSame(path, provenance, { model: modelMark(found) }, advice);
  }
  return { model: found, parameters };
}

/**
 * Writes parameters as a safetensors file, which PyTorch reads too; atomically.
 * @param path the file, which is replaced if there is one
 * @throws UserError when it cannot be written
 */
export async function writeParameters(path: string, { model, parameters }: Trained): Promise<void> {
  const tensors = [...parameters].map(([name, { shape, data }]) => ({ name, shape, data }));
  await writeSafetensors(path, tensors, { format: "pt", ...modelMetadata(model) });
}
