/** Maxout over pairs of the units of the dense layer before it (docs/network.md §5). */
import { maxoutLayer } from "../../nn/maxout.ts";
import type { LayerType } from "./layer_type.ts";

export interface MaxoutSpec {
  readonly type: "maxout";
}

export const maxout: LayerType<MaxoutSpec> = {
  type: "maxout",
  architecture: [],
  describe: (_, [units]) => ({ output: [units / 2] }),
  make: (build, input) => maxoutLayer(build, input),
};
