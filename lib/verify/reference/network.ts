/** The float64 reference of a whole network: the references of its layers, one after the other and back. */
import type { Model } from "../../galaxy/model.ts";
import { PARTS } from "../../galaxy/parts.ts";
import { decisionTree, decisionTreeGradient } from "./decision_tree.ts";
import { type Maps, type Numbers, referenceOf } from "./layers.ts";
import { parts } from "./parts.ts";
import { squaredError, squaredErrorGradient } from "./squared_error.ts";

export interface ReferenceResult {
  /** (B, 37) */
  readonly answers: Float64Array;
  readonly loss: number;
  /** By parameter name, in the layout of files. */
  readonly gradients: ReadonlyMap<string, Float64Array>;
}

/**
 * Answers, loss and gradients without dropout.
 * @param parameters by name, in the layout of files
 * @param views (B, 2, 3, 69, 69)
 * @param labels (B, 37)
 */
export function networkReference(
  model: Model,
  parameters: ReadonlyMap<string, Numbers>,
  views: Numbers,
  labels: Numbers,
  B: number,
): ReferenceResult {
  const gradients = new Map<string, Float64Array>();
  const back: ((dy: Numbers) => Numbers)[] = [];
  let maps: Maps = { values: parts(views, B), channels: 3, side: 45, n: PARTS * B };
  model.layers.forEach((spec, index) => {
    const next = model.layers[index + 1]?.type;
    const step = referenceOf(spec)(spec, maps, { parameters, gradients, next });
    back.push(step.back);
    maps = step.output;
  });
  const answers = decisionTree(maps.values, B);
  let dy: Numbers = decisionTreeGradient(maps.values, squaredErrorGradient(answers, labels), B);
  for (const layer of back.toReversed()) dy = layer(dy);
  return { answers, loss: squaredError(answers, labels), gradients };
}
