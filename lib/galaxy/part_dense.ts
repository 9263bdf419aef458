/** A dense layer whose weights the sixteen parts share (networks A8 and A9 of docs/models.md §1). */
import { conv2dLayer } from "../nn/conv2d.ts";
import { type Build, elements, type Layer, type Tensor } from "../nn/layer.ts";

interface PartDenseOptions {
  readonly name: string;
  readonly units: number;
  readonly relu: boolean;
  readonly weightStd: number;
  readonly bias: number;
}

/**
 * A convolution whose filters cover the whole map of a part: one output position per part, so the
 * untied biases are one per unit. Parameters: `name.weight` (units, features), `name.bias` (units).
 */
export async function partDenseLayer(
  build: Build,
  input: Tensor,
  { units, ...options }: PartDenseOptions,
): Promise<Layer> {
  const layer = await conv2dLayer(build, input, { ...options, filters: units, size: input.height });
  const parameters = layer.parameters.map((parameter) => {
    const [first, ...rest] = parameter.shape;
    const features = elements(rest);
    return { ...parameter, shape: features === 1 ? [first] : [first, features] };
  });
  return { ...layer, parameters };
}
