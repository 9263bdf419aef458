/** The float64 reference of `kernels/conv2d/`: the definition, in the kernels' layouts. */
import type { Conv2dShape } from "../../nn/conv2d/shape.ts";

type Numbers = ArrayLike<number>;

/** Calls `visit` with the indices of x, w and y of every product of the convolution. */
function products(
  { C, H, W, K, F, N }: Conv2dShape,
  visit: (x: number, w: number, y: number) => void,
) {
  const HO = H - K + 1, WO = W - K + 1;
  for (let f = 0; f < F; f++) {
    for (let i = 0; i < HO; i++) {
      for (let j = 0; j < WO; j++) {
        for (let c = 0; c < C; c++) {
          for (let u = 0; u < K; u++) {
            for (let v = 0; v < K; v++) {
              for (let n = 0; n < N; n++) {
                visit(
                  ((c * H + i + u) * W + j + v) * N + n,
                  ((c * K + u) * K + v) * F + f,
                  ((f * HO + i) * WO + j) * N + n,
                );
              }
            }
          }
        }
      }
    }
  }
}

/** x (C, H, W, N), w (C, K, K, F), b (F, HO, WO) → y (F, HO, WO, N), before any ReLU. */
export function conv2d(x: Numbers, w: Numbers, b: Numbers, shape: Conv2dShape): Float64Array {
  const y = new Float64Array(b.length * shape.N);
  for (let at = 0; at < y.length; at++) y[at] = b[Math.floor(at / shape.N)];
  products(shape, (ix, iw, iy) => y[iy] += x[ix] * w[iw]);
  return y;
}

/** dy (F, HO, WO, N), w → dx (C, H, W, N). */
export function conv2dInputGradient(dy: Numbers, w: Numbers, shape: Conv2dShape): Float64Array {
  const dx = new Float64Array(shape.C * shape.H * shape.W * shape.N);
  products(shape, (ix, iw, iy) => dx[ix] += dy[iy] * w[iw]);
  return dx;
}

/** x, dy → dw (C, K, K, F). */
export function conv2dWeightGradient(x: Numbers, dy: Numbers, shape: Conv2dShape): Float64Array {
  const dw = new Float64Array(shape.C * shape.K * shape.K * shape.F);
  products(shape, (ix, iw, iy) => dw[iw] += x[ix] * dy[iy]);
  return dw;
}

/** dy (biases, N) → db (biases): the sum over the batch, for untied biases and dense layers alike. */
export function biasGradient(dy: Numbers, N: number): Float64Array {
  const db = new Float64Array(dy.length / N);
  for (let at = 0; at < dy.length; at++) db[Math.floor(at / N)] += dy[at];
  return db;
}
