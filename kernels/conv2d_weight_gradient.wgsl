// Gradient of conv2d with respect to its weights, as partial sums that `nesterov` adds up.
//   x (C, H, W, N)   dy (F, HO, WO, N)   partial (SPLITS · LANES, C, K, K, F)
//   Σ over partials of [c,u,v,f] = Σ x[c,i+u,j+v,n] · dy[f,i,j,n]   over i, j, n
// Lanes run over n. An invocation owns TC channels × one filter row × TF filters; along a row of
// outputs a window of K inputs per channel moves by one, so each step costs TC + TF loads for
// TC · K · TF multiply-adds.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;
const TQ = TF / 4;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let f0 = i32(group.x) * TF;
  let u = i32(group.y) % K;
  let c0 = i32(group.y) / K * TC;
  var sum: array<vec4f, TC * K * TQ>;
  const BLOCKS = (N + LANES - 1) / LANES;
  let first = i32(group.z) * BLOCKS / SPLITS;
  let end = (i32(group.z) + 1) * BLOCKS / SPLITS;
  for (var block = first; block < end; block++) {
    let n = block * LANES + i32(lane.x);
    if (n >= N) { break; }
    for (var i = 0; i < HO; i++) {
      var window: array<f32, TC * K>;
      let x0 = ((c0 * H + i + u) * W) * N + n;
      // unroll
      for (var c = 0; c < TC; c++) {
        // unroll
        for (var v = 1; v < K; v++) {
          window[c * K + v] = x[x0 + (c * H * W + v - 1) * N];
        }
      }
      for (var j = 0; j < WO; j++) {
        // unroll
        for (var c = 0; c < TC; c++) {
          // unroll
          for (var v = 1; v < K; v++) {
            window[c * K + v - 1] = window[c * K + v];
          }
          window[c * K + K - 1] = x[x0 + (c * H * W + j + K - 1) * N];
        }
        // unroll
        for (var q = 0; q < TF / 4; q++) {
          let at = (((f0 + q * 4) * HO + i) * WO + j) * N + n;
          let output = vec4f(
            dy[at], dy[at + HO * WO * N], dy[at + 2 * HO * WO * N], dy[at + 3 * HO * WO * N]);
          // unroll
          for (var t = 0; t < TC * K; t++) {
            sum[t * TQ + q] = fma(vec4f(window[t]), output, sum[t * TQ + q]);
          }
        }
      }
    }
  }
  let p0 = (i32(group.z) * LANES + i32(lane.x)) * C * K * K * F;
  // unroll
  for (var c = 0; c < TC; c++) {
    // unroll
    for (var v = 0; v < K; v++) {
      // unroll
      for (var f = 0; f < TF; f++) {
        partial[p0 + (((c0 + c) * K + u) * K + v) * F + f0 + f] =
          sum[(c * K + v) * TQ + f / 4][f % 4];
      }
    }
  }
}
