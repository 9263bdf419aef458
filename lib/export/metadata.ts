/** What exported files say of themselves, for people and programs (docs/pytorch.md §2). */
import { ANSWER_COLUMNS, QUESTIONS } from "../galaxy/questions.ts";
import { VERSION } from "../version.ts";
import { modelMetadata } from "../runs/tensor_files.ts";
import type { Precision, TrainedModel } from "./weights.ts";

export const PRODUCER = "galaxies";

/** Texts by their keys, the same in all formats. */
export function metadataOf(
  { model, layers, provenance, digest }: TrainedModel,
  precision: Precision,
): Record<string, string> {
  const facts = provenance?.facts ?? {};
  return {
    ...modelMetadata(model),
    // What an image goes through before its views are made.
    ...(model.preparation ? { centring: model.preparation } : {}),
    precision,
    layers: JSON.stringify(layers),
    outputs: JSON.stringify(ANSWER_COLUMNS),
    questions: JSON.stringify(
      QUESTIONS.map(({ text, answers, first, parent }) => ({ text, answers, first, parent })),
    ),
    parameters_sha256: digest,
    ...("chunk" in facts ? { trained: `${facts.chunk} of ${facts.chunks} chunks` } : {}),
    ...(provenance ? { made_from: JSON.stringify(provenance.marks) } : {}),
    licence: "BSD-3-Clause",
    citation: "S. Dieleman, K. W. Willett, J. Dambre, MNRAS 450, 1441 (2015), arXiv:1503.07077",
    producer: `${PRODUCER} ${VERSION}`,
  };
}
