// Gradient of conv2d with respect to its input.
//   dy (F, HO, WO, N)   w (C, K, K, F)   dx (C, H, W, N)
//   dx[c,i,j,n] = Σ dy[f,i−u,j−v,n] · w[c,u,v,f]   over the (u, v) that stay inside dy
// An invocation owns TR whole rows of TC channels of dx. It reads rows of dy and scatters them, so no
// multiplication is spent on the border.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
const TQ = TC / 4;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let n = i32(group.x * LANES + lane.x);
  if (n >= N) { return; }
  let row0 = i32(group.y) * TR;
  let c0 = i32(group.z) * TC;
  var sum: array<vec4f, TR * W * TQ>;
  for (var f = 0; f < F; f++) {
    for (var u = 0; u < K; u++) {
      // unroll
      for (var r = 0; r < TR; r++) {
        let i = row0 + r - u;
        if (i >= 0 && i < HO) {
          let dy0 = (f * HO + i) * WO * N + n;
          var output: array<f32, WO>;
          // unroll
          for (var j = 0; j < WO; j++) {
            output[j] = dy[dy0 + j * N];
          }
          // unroll
          for (var v = 0; v < K; v++) {
            // unroll
            for (var q = 0; q < TC / 4; q++) {
              let w0 = ((c0 + q * 4) * K * K + u * K + v) * F + f;
              let tap = vec4f(w[w0], w[w0 + K * K * F], w[w0 + 2 * K * K * F], w[w0 + 3 * K * K * F]);
              // unroll
              for (var j = 0; j < WO; j++) {
                sum[(r * W + j + v) * TQ + q] =
                  fma(vec4f(output[j]), tap, sum[(r * W + j + v) * TQ + q]);
              }
            }
          }
        }
      }
    }
  }
  // unroll
  for (var r = 0; r < TR; r++) {
    // unroll
    for (var j = 0; j < W; j++) {
      // unroll
      for (var c = 0; c < TC; c++) {
        dx[(((c0 + c) * H + row0 + r) * W + j) * N + n] = sum[(r * W + j) * TQ + c / 4][c % 4];
      }
    }
  }
}
