/** Parameters as PyTorch names and lays them out, with what it takes to build the network there. */
import { contentDigest, writeSafetensors } from "../formats/safetensors.ts";
import { provenanceText } from "../provenance.ts";
import { metadataOf } from "./metadata.ts";
import { inPrecision, type Precision, type TrainedModel } from "./weights.ts";

/**
 * Writes a state dict. What was known of the parameters stays known, so that this project's own tasks
 * take the file as well.
 */
export async function writeStateDict(path: string, trained: TrainedModel, precision: Precision) {
  const tensors = trained.parameters.map((parameter) => ({
    name: parameter.name,
    shape: parameter.shape,
    data: inPrecision(parameter, precision),
  }));
  const { provenance } = trained;
  const own = provenance && provenanceText({ ...provenance, content: contentDigest(tensors) });
  await writeSafetensors(path, tensors, {
    format: "pt",
    ...metadataOf(trained, precision),
    ...(own === undefined ? {} : { provenance: own }),
  });
}
