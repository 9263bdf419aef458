/** 2×2 max-pooling, stride 2, of a convolution's outputs (docs/network.md §4). */
import { maxPoolLayer } from "../../nn/max_pool.ts";
import type { LayerType } from "./layer_type.ts";

export interface MaxPoolSpec {
  readonly type: "maxPool";
}

export const maxPool: LayerType<MaxPoolSpec> = {
  type: "maxPool",
  architecture: [],
  describe: (_, [channels, height, width]) => ({ output: [channels, height / 2, width / 2] }),
  make: (build, input) => maxPoolLayer(build, input),
};
