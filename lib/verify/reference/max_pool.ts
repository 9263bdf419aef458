/** The float64 reference of `kernels/pointwise/max_pool*.wgsl`. */
import type { PoolShape } from "../../nn/max_pool.ts";

/** The indices of x in the window of each y. */
function windows({ F, HP, WP, N }: PoolShape): number[][] {
  const result: number[][] = [];
  for (let f = 0; f < F; f++) {
    for (let i = 0; i < HP; i++) {
      for (let j = 0; j < WP; j++) {
        for (let n = 0; n < N; n++) {
          const x = (row: number, column: number) => ((f * 2 * HP + row) * 2 * WP + column) * N + n;
          result.push([
            x(2 * i, 2 * j),
            x(2 * i, 2 * j + 1),
            x(2 * i + 1, 2 * j),
            x(2 * i + 1, 2 * j + 1),
          ]);
        }
      }
    }
  }
  return result;
}

/** x (F, 2·HP, 2·WP, N) → y (F, HP, WP, N), the largest of each window. */
export function maxPool(x: ArrayLike<number>, shape: PoolShape): Float64Array {
  return Float64Array.from(windows(shape), (window) => Math.max(...window.map((at) => x[at])));
}

/**
 * x, the output of a ReLU, and dy (F, HP, WP, N) → the gradient with respect to that ReLU's input:
 * every element that equals its window's maximum gets it, unless the ReLU is closed there.
 */
export function maxPoolGradient(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  shape: PoolShape,
): Float64Array {
  const y = maxPool(x, shape);
  const dx = new Float64Array(x.length);
  windows(shape).forEach((window, out) => {
    for (const at of window) dx[at] = x[at] === y[out] && x[at] > 0 ? dy[out] : 0;
  });
  return dx;
}
