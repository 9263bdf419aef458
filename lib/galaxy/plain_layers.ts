/**
 * The layers of a model as exported files describe them: kinds, names and shapes, which are enough to
 * build the network elsewhere (docs/pytorch.md §2).
 */
import { UserError } from "../errors.ts";
import type { LayerSpec } from "./layers/all.ts";
import type { Model } from "./model.ts";
import { walk } from "./walk.ts";

/** A layer with parameters: `name.weight` and `name.bias`, of these shapes. */
interface Weighted {
  readonly name: string;
  /** (filters, channels, k, k) or (units, inputs) */
  readonly weight: readonly number[];
  /** (filters, height, width) or (units) */
  readonly bias: readonly number[];
  readonly relu: boolean;
}

export type PlainLayer =
  & {
    /** Shape of what comes out of it for one example, or for one part before the merging. */
    readonly output: readonly number[];
  }
  & (
    | { readonly type: "maxPool" | "merge" | "maxout" }
    | { readonly type: "conv" | "dense" } & Weighted
  );

/** Goes through a declaration. A dense layer that the parts share is one before the merging. */
export function plainLayers({ layers }: Model): PlainLayer[] {
  return [...walk(layers)].map(({ layer, output, weight = [], bias = [] }): PlainLayer => {
    switch (layer.type) {
      case "conv":
        return { type: "conv", name: layer.name, weight, bias, relu: true, output };
      case "dense":
      case "partDense":
        return { type: "dense", name: layer.name, weight, bias, relu: layer.relu, output };
      case "maxPool":
      case "merge":
      case "maxout":
        return { type: layer.type, output };
      default:
        throw new UserError(
          `layers of the type ${(layer as LayerSpec).type} cannot be exported yet`,
        );
    }
  });
}
