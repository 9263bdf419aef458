/** The float64 reference of `kernels/pointwise/dropout.wgsl`, with the generator of `lib/random.ts`. */
import { streamKey, threefry } from "../../random.ts";

/** What a mask depends on: the network's seed, the layer's number, the number of updates so far. */
export interface Mask {
  readonly seed: number;
  readonly layer: number;
  readonly step: number;
}

/** True where element `at` is kept. */
export function isKept({ seed, layer, step }: Mask, at: number): boolean {
  const [key0, key1] = streamKey(seed, "dropout", layer);
  return threefry(key0, key1, step, at)[0] >= 2 ** 31;
}

/** Doubles the kept elements and drops the others; gradients go the same way. */
export function dropout(x: ArrayLike<number>, mask: Mask): Float64Array {
  return Float64Array.from(x, (value, at) => isKept(mask, at) ? 2 * value : 0);
}
