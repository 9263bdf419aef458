/** Shapes, parameters and multiply-adds of a model, without a GPU (docs/models.md §3). */
import { elements } from "../nn/layer.ts";
import type { LayerSpec } from "./layers/all.ts";
import type { Model } from "./model.ts";
import { walk } from "./walk.ts";

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
  const layers = [...walk(model.layers)].map(
    ({ layer, output, parts, weight, bias, uses = 0 }): LayerDescription => {
      const weights = weight ? elements(weight) : 0;
      return {
        name: "name" in layer ? layer.name : layer.type,
        type: layer.type,
        output,
        parts,
        parameters: weights + (bias ? elements(bias) : 0),
        multiplyAdds: weights * uses,
      };
    },
  );
  const { output, parts } = layers[layers.length - 1];
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
