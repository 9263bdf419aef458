/** A dense layer, with or without ReLU (docs/network.md §5). */
import { denseLayer } from "../../nn/dense/layer.ts";
import { elements } from "../../nn/layer.ts";
import type { LayerType } from "./layer_type.ts";

export interface DenseSpec {
  readonly type: "dense";
  readonly name: string;
  readonly units: number;
  readonly relu: boolean;
  readonly weightStd: number;
  readonly bias: number;
  /** Cap on the norm of the weights into one unit (docs/network.md §10). */
  readonly maxNorm?: number;
}

export const dense: LayerType<DenseSpec> = {
  type: "dense",
  architecture: ["name", "units", "relu"],
  drops: true,
  describe: describeUnits,
  narrow: (spec, scaled, next) => spec.name === "output" ? spec : narrowUnits(spec, scaled, next),
  make: (build, input, spec, fused) => denseLayer(build, input, { ...spec, ...fused }),
};

/** Each unit reads the whole input, once for each part. */
export function describeUnits(
  { units }: { readonly units: number },
  input: readonly number[],
  parts: number,
) {
  return { output: [units], weight: [units, elements(input)], bias: [units], uses: parts };
}

/** Linear units come in pairs where a maxout follows. */
export function narrowUnits<Spec extends { readonly units: number }>(
  spec: Spec,
  scaled: (count: number) => number,
  next: string | undefined,
): Spec {
  const pair = next === "maxout" ? 2 : 1;
  return { ...spec, units: pair * scaled(spec.units / pair) };
}
