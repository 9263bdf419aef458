/** The float64 reference of `kernels/galaxy/merge.wgsl` (docs/network.md §2). */
import { PARTS } from "../../galaxy/parts.ts";

/** x (Q, 16·B) → y (16·Q, B): feature q of part p becomes feature p·Q + q. */
export function merge(x: ArrayLike<number>, Q: number, B: number): Float64Array {
  const y = new Float64Array(PARTS * Q * B);
  for (let p = 0; p < PARTS; p++) {
    for (let q = 0; q < Q; q++) {
      for (let b = 0; b < B; b++) y[(p * Q + q) * B + b] = x[q * PARTS * B + p * B + b];
    }
  }
  return y;
}

/** dy (16·Q, B) → dx (Q, 16·B). */
export function mergeGradient(dy: ArrayLike<number>, Q: number, B: number): Float64Array {
  const dx = new Float64Array(Q * PARTS * B);
  for (let p = 0; p < PARTS; p++) {
    for (let q = 0; q < Q; q++) {
      for (let b = 0; b < B; b++) dx[q * PARTS * B + p * B + b] = dy[(p * Q + q) * B + b];
    }
  }
  return dx;
}
