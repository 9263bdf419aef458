/** Which of its two linear units each maxout unit took (docs/network.md §5), and how that is shown. */
import type { Tensor } from "../nn/layer.ts";
import { type Colour, lightOf } from "./colours.ts";
import { type Raster, raster } from "./raster.ts";

export interface Winners {
  /** As `dense1`. */
  readonly layer: string;
  /** Of each unit, what its two linear units say: the larger one is what goes on. */
  readonly pairs: readonly (readonly [first: number, second: number])[];
}

/** What lost. */
const LOST: Colour = [52, 56, 70];

/** Of the first example. @param all linear units (2 · units, B), as `forward("predict")` leaves them */
export function winnersOf(
  layer: string,
  all: Float32Array,
  { channels, n }: Pick<Tensor, "channels" | "n">,
): Winners {
  const pairs = Array.from(
    { length: channels / 2 },
    (_, unit) => [all[2 * unit * n], all[(2 * unit + 1) * n]] as const,
  );
  return { layer, pairs };
}

/** As `1024 pairs; the first unit is the larger one in 500, the second in 524`. */
export function winnersText({ pairs }: Winners): string {
  const first = pairs.filter(([one, other]) => one >= other).length;
  return `${pairs.length} pairs; the first unit is the larger one in ${first}, the second in ` +
    `${pairs.length - first}`;
}

/** Each pair is two pixels side by side, of which the winner is as bright as what it says is large. */
export function winnersRaster({ pairs }: Winners): Raster {
  const columns = 2 ** Math.ceil(Math.log2(Math.sqrt(2 * pairs.length)));
  const rows = Math.ceil(pairs.length / columns);
  const values = pairs.map(([one, other]) => Math.max(one, other));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return raster(3 * columns - 1, 2 * rows - 1, (x, y) => {
    const unit = Math.floor(y / 2) * columns + Math.floor(x / 3);
    if (x % 3 === 2 || y % 2 === 1 || unit >= pairs.length) return undefined;
    const [one, other] = pairs[unit];
    if (x % 3 === (one >= other ? 1 : 0)) return LOST;
    return lightOf(0.25 + 0.75 * (values[unit] - least) / (most - least || 1));
  });
}
