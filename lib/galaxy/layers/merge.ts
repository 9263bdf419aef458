/** The features of the sixteen parts, side by side (docs/network.md §2). */
import { elements } from "../../nn/layer.ts";
import { mergeLayer } from "../parts.ts";
import type { LayerType } from "./layer_type.ts";

export interface MergeSpec {
  readonly type: "merge";
}

export const merge: LayerType<MergeSpec> = {
  type: "merge",
  architecture: [],
  describe: (_, input, parts) => ({ output: [parts * elements(input)], parts: 1 }),
  make: (build, input, _, { mask }) => mergeLayer(build, input, mask),
};
