// Gradient of a convolution with respect to its input.
//   dy (F, HO, WO, N)   w (C, K, K, F)   dx (C, H, W, N)
//   dx[c,i,j,n] = Σ dy[f,i−u,j−v,n] · w[c,u,v,f]   over the (u, v) that stay inside dy
// The formula of `naive`, for GPUs. An invocation keeps TR whole rows of TC channels of dx in
// registers. It reads rows of dy and adds each number to all that it reaches, so no test or
// multiplication is spent on the border; and four filters at a time, whose weights are neighbours.
// Invocations side by side (LANES) run over n. GROUPS tiles of channels share a workgroup, so that they
// find their dy in its cache.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
const TQ = TC / 4;

@compute @workgroup_size(GROUPS * LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let n = i32(group.x) * LANES + i32(local.x) % LANES;
  if (n >= N) { return; }
  let row0 = i32(group.y) * TR;
  let c0 = (i32(group.z) * GROUPS + i32(local.x) / LANES) * TC;
  var sum: array<vec4f, TR * W * TQ>;
  // rolled
  for (var f = 0; f < F; f += 4) {
    // rolled
    for (var u = 0; u < K; u++) {
      for (var r = 0; r < TR; r++) {
        let i = row0 + r - u;
        if (i >= 0 && i < HO) {
          var output: array<vec4f, WO>; // of four filters
          for (var j = 0; j < WO; j++) {
            let at = ((f * HO + i) * WO + j) * N + n;
            output[j] = vec4f(
              dy[at], dy[at + HO * WO * N], dy[at + 2 * HO * WO * N], dy[at + 3 * HO * WO * N]);
          }
          for (var v = 0; v < K; v++) {
            for (var q = 0; q < TC / 4; q++) {
              let at = ((((c0 + q * 4) * K + u) * K + v) * F + f) / 4;
              // A column for each filter, a row for each channel.
              let taps = transpose(mat4x4f(w[at], w[at + K * K * F / 4],
                w[at + 2 * K * K * F / 4], w[at + 3 * K * K * F / 4]));
              for (var j = 0; j < WO; j++) {
                for (var k = 0; k < 4; k++) {
                  sum[(r * W + j + v) * TQ + q] =
                    fma(vec4f(output[j][k]), taps[k], sum[(r * W + j + v) * TQ + q]);
                }
              }
            }
          }
        }
      }
    }
  }
  for (var r = 0; r < TR; r++) {
    for (var j = 0; j < W; j++) {
      for (var c = 0; c < TC; c++) {
        dx[(((c0 + c) * H + row0 + r) * W + j) * N + n] = sum[(r * W + j) * TQ + c / 4][c % 4];
      }
    }
  }
}
