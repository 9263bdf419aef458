/** The feature maps of one part. */
import { PARTS } from "../galaxy/parts.ts";

export interface FeatureMaps {
  readonly side: number;
  /** (side, side) numbers each. */
  readonly maps: readonly Float32Array[];
  /** The largest number in any of them. */
  readonly most: number;
}

/** @param all (maps or more, side, side, parts) */
export function mapsOfPart(
  all: Float32Array,
  { maps: count, side }: { readonly maps: number; readonly side: number },
  part: number,
): FeatureMaps {
  const size = side * side;
  const maps = Array.from(
    { length: count },
    (_, map) =>
      Float32Array.from({ length: size }, (_, at) => all[(map * size + at) * PARTS + part]),
  );
  const most = maps.reduce((most, map) => Math.max(most, ...map), 0);
  return { side, maps, most };
}
