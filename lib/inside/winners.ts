/** Which of its two linear units each maxout unit took (docs/network.md §5). */
import type { Tensor } from "../nn/layer.ts";

export interface Winners {
  /** As `dense1`. */
  readonly layer: string;
  /** Of each unit, what its two linear units say: the larger one is what goes on. */
  readonly pairs: readonly (readonly [first: number, second: number])[];
}

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
