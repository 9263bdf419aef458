/** The way through a declaration: the shapes that each layer finds and leaves. */
import { type LayerSpec, typeOf } from "./layers/all.ts";
import type { Described } from "./layers/layer_type.ts";
import { PART_SIZE, PARTS } from "./parts.ts";
import { CHANNELS } from "./transforms.ts";

/** A layer in its place. */
export interface Placed extends Described {
  readonly layer: LayerSpec;
  /** Parts after it: 16 before merging, 1 after. */
  readonly parts: number;
}

/** Layer by layer, from the parts on. @throws Error when a layer cannot follow another */
export function* walk(layers: readonly LayerSpec[]): Generator<Placed> {
  let input: readonly number[] = [CHANNELS, PART_SIZE, PART_SIZE];
  let parts = PARTS;
  for (const layer of layers) {
    const described = typeOf(layer).describe(layer, input, parts);
    input = described.output;
    parts = described.parts ?? parts;
    yield { layer, ...described, parts };
  }
}

/** Names and shapes of all parameters, in the order of the layers, as files have them. */
export function parameterShapes(
  { layers }: { readonly layers: readonly LayerSpec[] },
): { readonly name: string; readonly shape: readonly number[] }[] {
  return [...walk(layers)].flatMap(({ layer, weight, bias }) =>
    "name" in layer && weight && bias
      ? [{ name: `${layer.name}.weight`, shape: weight }, {
        name: `${layer.name}.bias`,
        shape: bias,
      }]
      : []
  );
}
