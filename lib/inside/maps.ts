/** The feature maps of one part, and how they are shown. */
import { PARTS } from "../galaxy/parts.ts";
import { lightOf } from "./colours.ts";
import { type Raster, tiled } from "./raster.ts";

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

/** The same maps, those that find most first: by the sum of what they find. */
export function mostActiveFirst(found: FeatureMaps): FeatureMaps {
  const maps = found.maps.map((map) => ({ map, sum: map.reduce((sum, value) => sum + value, 0) }))
    .sort((one, other) => other.sum - one.sum)
    .map(({ map }) => map);
  return { ...found, maps };
}

/** How many of them find nothing. */
export function silentOf({ maps }: FeatureMaps): number {
  return maps.filter((map) => map.every((value) => value <= 0)).length;
}

/** All maps of a layer side by side, brighter where they find more, by one scale for all. */
export function mapsRaster({ maps, most }: FeatureMaps): Raster {
  const scale = most || 1;
  return tiled(maps, columnsFor(maps.length), (value) => lightOf(value / scale));
}

/** Of a block about twice as wide as high. */
function columnsFor(maps: number): number {
  return Math.min(maps, 2 ** Math.ceil(Math.log2(Math.sqrt(2 * maps))));
}
