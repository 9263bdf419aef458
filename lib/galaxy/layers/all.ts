/** The kinds of layers that a model can be declared of. */
import { conv } from "./conv.ts";
import { dense } from "./dense.ts";
import type { LayerType } from "./layer_type.ts";
import { maxPool } from "./max_pool.ts";
import { maxout } from "./maxout.ts";
import { merge } from "./merge.ts";
import { partDense } from "./part_dense.ts";

const LAYER_TYPES = [conv, maxPool, partDense, merge, maxout, dense] as const;

type SpecOf<Type> = Type extends LayerType<infer Spec> ? Spec : never;

/** One layer of a declaration. Names are those of the parameter files. */
export type LayerSpec = SpecOf<typeof LAYER_TYPES[number]>;

const BY_TYPE = new Map(LAYER_TYPES.map((type) => [type.type, type as LayerType<LayerSpec>]));

/** The kind of a layer. @throws Error when there is none of its type, as in a damaged file */
export function typeOf({ type }: LayerSpec): LayerType<LayerSpec> {
  const found = BY_TYPE.get(type);
  if (!found) throw new Error(`there are no layers of the type "${type}"`);
  return found;
}
