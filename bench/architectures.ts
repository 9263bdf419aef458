/** The nine networks behind the seventeen models (docs/models.md), each as one of its models. */
import type { Model } from "../lib/galaxy/model.ts";
import { MODELS } from "../lib/galaxy/models/all.ts";

/** A norm constraint changes training, not the network. */
const withoutNorms = (key: string, value: unknown) => key === "maxNorm" ? undefined : value;

export const ARCHITECTURES: readonly Model[] = [
  ...new Map(
    MODELS.toReversed().map((model) => [JSON.stringify(model.layers, withoutNorms), model]),
  ).values(),
];
