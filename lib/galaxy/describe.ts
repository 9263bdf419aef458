/** Shapes, parameters and multiply-adds of a model, without a GPU (docs/models.md §3). */
import { type LayerSpec, typeOf } from "./layers/all.ts";
import type { Model } from "./model.ts";
import { PART_SIZE, PARTS } from "./parts.ts";
import { CHANNELS } from "./transforms.ts";

export interface LayerDescription {
  /** As `conv1`, `maxPool` or `dense1`. */
  readonly name: string;
  readonly type: LayerSpec["type"] | "answers";
  /** Output for one example; `parts` times where the parts are still apart. */
  readonly output: readonly number[];
  /** 16 before merging, 1 after. */
  readonly parts: number;
  readonly parameters: number;
  /** Products of weights for one example; sums of biases, pooling and the like do not count. */
  readonly multiplyAdds: number;
}

export interface ModelDescription {
  readonly model: string;
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly layers: readonly LayerDescription[];
}

/** Goes through a declaration layer by layer. @throws Error when a layer cannot follow another */
export function describe(model: Model): ModelDescription {
  const layers: LayerDescription[] = [];
  let output: readonly number[] = [CHANNELS, PART_SIZE, PART_SIZE];
  let parts = PARTS;
  for (const spec of model.layers) {
    const { weights = 0, biases = 0, uses = 0, ...shape } = typeOf(spec)
      .describe(spec, output, parts);
    output = shape.output;
    parts = shape.parts ?? parts;
    layers.push({
      name: "name" in spec ? spec.name : spec.type,
      type: spec.type,
      output,
      parts,
      parameters: weights + biases,
      multiplyAdds: weights * uses,
    });
  }
  layers.push({ name: "answers", type: "answers", output, parts, parameters: 0, multiplyAdds: 0 });
  const sum = (key: "parameters" | "multiplyAdds") =>
    layers.reduce((total, layer) => total + layer[key], 0);
  return {
    model: model.name,
    parameters: sum("parameters"),
    multiplyAdds: sum("multiplyAdds"),
    layers,
  };
}
