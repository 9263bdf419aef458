/** Valid convolution with untied biases and ReLU (docs/network.md §3). */
import { conv2dLayer } from "../../nn/conv2d/layer.ts";
import type { LayerType } from "./layer_type.ts";

export interface ConvSpec {
  readonly type: "conv";
  readonly name: string;
  readonly filters: number;
  /** Side of the filters. */
  readonly size: number;
  readonly weightStd: number;
  readonly bias: number;
}

export const conv: LayerType<ConvSpec> = {
  type: "conv",
  architecture: ["name", "filters", "size"],
  describe({ filters, size }, [channels, height], parts) {
    const side = height - size + 1;
    return {
      output: [filters, side, side],
      weight: [filters, channels, size, size],
      bias: [filters, side, side],
      uses: parts * side ** 2,
    };
  },
  narrow: (spec, scaled) => ({ ...spec, filters: scaled(spec.filters) }),
  make: (build, input, spec, fused) => conv2dLayer(build, input, { ...spec, relu: true, ...fused }),
};
