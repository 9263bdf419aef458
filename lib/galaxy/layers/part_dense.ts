/** A dense layer whose weights the sixteen parts share (networks A8 and A9 of docs/models.md §1). */
import { conv2dLayer } from "../../nn/conv2d/layer.ts";
import { elements } from "../../nn/layer.ts";
import { type DenseSpec, describeUnits, narrowUnits } from "./dense.ts";
import type { LayerType } from "./layer_type.ts";

export interface PartDenseSpec extends Omit<DenseSpec, "type" | "maxNorm"> {
  readonly type: "partDense";
}

export const partDense: LayerType<PartDenseSpec> = {
  type: "partDense",
  architecture: ["name", "units", "relu"],
  drops: true,
  describe: describeUnits,
  narrow: narrowUnits,
  /**
   * A convolution whose filters cover the whole map of a part: one output position per part, so the
   * untied biases are one per unit. Parameters: `name.weight` (units, features), `name.bias` (units).
   */
  async make(build, input, { units, ...spec }) {
    const options = { ...spec, filters: units, size: input.height };
    const layer = await conv2dLayer(build, input, options);
    const parameters = layer.parameters.map((parameter) => {
      const [first, ...rest] = parameter.shape;
      const features = elements(rest);
      return { ...parameter, shape: features === 1 ? [first] : [first, features] };
    });
    return { ...layer, parameters };
  },
};
