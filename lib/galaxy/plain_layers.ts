/**
 * The layers of a model as exported files describe them: kinds, names and shapes, which are enough to
 * build the network elsewhere (docs/pytorch.md §2).
 */
import { UserError } from "../errors.ts";
import { type LayerSpec, typeOf } from "../galaxy/layers/all.ts";
import type { Model } from "../galaxy/model.ts";
import { PART_SIZE, PARTS } from "../galaxy/parts.ts";
import { CHANNELS } from "../galaxy/transforms.ts";

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
  let input: readonly number[] = [CHANNELS, PART_SIZE, PART_SIZE];
  let parts = PARTS;
  return layers.map((spec): PlainLayer => {
    const shape = typeOf(spec).describe(spec, input, parts);
    const { output } = shape;
    const [channels, ...sides] = input;
    input = output;
    parts = shape.parts ?? parts;
    switch (spec.type) {
      case "conv": {
        const { name, filters, size } = spec;
        const weight = [filters, channels, size, size];
        return { type: "conv", name, weight, bias: output, relu: true, output };
      }
      case "dense":
      case "partDense": {
        const { name, units, relu } = spec;
        const inputs = sides.reduce((product, side) => product * side, channels);
        return { type: "dense", name, weight: [units, inputs], bias: [units], relu, output };
      }
      case "maxPool":
      case "merge":
      case "maxout":
        return { type: spec.type, output };
      default:
        throw new UserError(
          `layers of the type ${(spec as LayerSpec).type} cannot be exported yet`,
        );
    }
  });
}

/** Names and shapes of all parameters, in the order of the layers. */
export function parameterShapes(layers: readonly PlainLayer[]) {
  return layers.flatMap((layer) =>
    "weight" in layer
      ? [
        { name: `${layer.name}.weight`, shape: layer.weight },
        { name: `${layer.name}.bias`, shape: layer.bias },
      ]
      : []
  );
}
