// Gradient of a convolution with respect to its weights, as partial sums for `pointwise/update`.
//   x (C, H, W, N)   dy (F, HO, WO, N)   partial (SPLITS, C, K, K, F)
//   Σ over partials of [c,u,v,f] = Σ x[c,i+u,j+v,n] · dy[f,i,j,n]   over i, j, n
// The formula of `naive`, for GPUs. An invocation keeps TC channels × one filter row × TF filters in
// registers; along a row of outputs a window of K inputs per channel moves by one, so each step costs
// TC + TF loads for TC · K · TF multiply-adds. Invocations side by side (LANES) run over n, and at the
// end add up in a tree, TS sums at a time, instead of making a partial sum each. GROUPS tiles of
// neighbouring channels share a workgroup, so that they find their dy in its cache. The rows of all
// blocks of n are split into SPLITS ranges.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<vec4f>;
const TQ = TF / 4;
const SUMS = TC * K * TQ;
const ROWS = (N + LANES - 1) / LANES * HO;
var<workgroup> tree: array<vec4f, TS * GROUPS * LANES>;

@compute @workgroup_size(GROUPS * LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x) % LANES;
  let member = i32(local.x) / LANES;
  let tile = i32(group.x) * GROUPS + member;
  let c0 = tile % (C / TC) * TC;
  let f0 = tile / (C / TC) * TF;
  let u = i32(group.y);
  let split = i32(group.z);
  var sum: array<vec4f, SUMS>;
  // rolled
  for (var row = split * ROWS / SPLITS; row < (split + 1) * ROWS / SPLITS; row++) {
    let n = row / HO * LANES + lane;
    let i = row % HO;
    if (n < N) {
      var window: array<f32, TC * K>;
      let x0 = (c0 * H + i + u) * W * N + n;
      for (var c = 0; c < TC; c++) {
        for (var v = 1; v < K; v++) {
          window[c * K + v] = x[x0 + (c * H * W + v - 1) * N];
        }
      }
      // rolled
      for (var j = 0; j < WO; j++) {
        for (var c = 0; c < TC; c++) {
          for (var v = 1; v < K; v++) {
            window[c * K + v - 1] = window[c * K + v];
          }
          window[c * K + K - 1] = x[x0 + (c * H * W + j + K - 1) * N];
        }
        for (var q = 0; q < TF / 4; q++) {
          let at = (((f0 + q * 4) * HO + i) * WO + j) * N + n;
          let output = vec4f(
            dy[at], dy[at + HO * WO * N], dy[at + 2 * HO * WO * N], dy[at + 3 * HO * WO * N]);
          for (var t = 0; t < TC * K; t++) {
            sum[t * TQ + q] = fma(vec4f(window[t]), output, sum[t * TQ + q]);
          }
        }
      }
    }
  }
  for (var first = 0; first < SUMS; first += TS) {
    for (var s = 0; s < TS; s++) {
      tree[(s * GROUPS + member) * LANES + lane] = sum[first + s];
    }
    workgroupBarrier();
    // rolled
    for (var half = LANES / 2; half > 0; half /= 2) {
      if (lane < half) {
        for (var s = 0; s < TS; s++) {
          let at = (s * GROUPS + member) * LANES + lane;
          tree[at] += tree[at + half];
        }
      }
      workgroupBarrier();
    }
    if (lane < TS) { // a lane for each sum
      let t = (first + lane) / TQ;
      let tap = ((c0 + t / K) * K + u) * K + t % K;
      partial[((split * C * K * K + tap) * F + f0) / 4 + (first + lane) % TQ] =
        tree[(lane * GROUPS + member) * LANES];
    }
    workgroupBarrier();
  }
}
