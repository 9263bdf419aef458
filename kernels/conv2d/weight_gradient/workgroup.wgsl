// Gradient of a convolution with respect to its weights, as partial sums for `pointwise/update`.
//   x (C, H, W, N)   dy (F, HO, WO, N)   partial (SPLITS, C, K, K, F)
//   Σ over partials of [c,u,v,f] = Σ x[c,i+u,j+v,n] · dy[f,i,j,n]   over i, j, n
// The formula of `naive`, for GPUs. An invocation keeps TC channels × one filter row × TF filters in
// registers; along a row of outputs a window of K inputs per channel moves by one, so each step costs
// TC + TF loads for TC · K · TF multiply-adds. The loads of a step are under way during those of the step
// before, and TJ steps share an iteration, whose counter costs as much as some of their multiply-adds.
// Invocations side by side (LANES) run over n, and at the end add up in a tree, TS sums at a time,
// instead of making a partial sum each. GROUPS tiles of neighbouring channels share a workgroup, so that
// they find their dy in its cache. The rows of all blocks of n are split into SPLITS ranges.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<vec4f>;
const TQ = TF / 4;
const TW = K + TJ - 1; // of the window, with the inputs of all TJ steps
const MAP = HO * WO * N; // numbers of a filter's dy
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
      let x0 = (c0 * H + i + u) * W * N + n;
      let dy0 = (f0 * HO + i) * WO * N + n;
      var window: array<f32, TC * TW>;
      var nextInputs: array<f32, TC>;
      for (var c = 0; c < TC; c++) {
        for (var v = TJ; v < TW; v++) {
          window[c * TW + v] = x[x0 + (c * H * W + v - TJ) * N];
        }
        nextInputs[c] = x[x0 + (c * H * W + K - 1) * N];
      }
      var nextOutputs: array<vec4f, TQ>;
      for (var q = 0; q < TQ; q++) {
        let at = dy0 + q * 4 * MAP;
        nextOutputs[q] = vec4f(dy[at], dy[at + MAP], dy[at + 2 * MAP], dy[at + 3 * MAP]);
      }
      // rolled
      for (var j = 0; j < WO; j += TJ) {
        for (var c = 0; c < TC; c++) {
          for (var v = TJ; v < TW; v++) {
            window[c * TW + v - TJ] = window[c * TW + v];
          }
        }
        for (var s = 0; s < TJ; s++) {
          let outputs = nextOutputs;
          for (var c = 0; c < TC; c++) {
            window[c * TW + K - 1 + s] = nextInputs[c];
          }
          let next = min(j + s + 1, WO - 1); // the last one of a row is loaded twice
          for (var c = 0; c < TC; c++) {
            nextInputs[c] = x[x0 + (c * H * W + K - 1 + next) * N];
          }
          for (var q = 0; q < TQ; q++) {
            let at = dy0 + q * 4 * MAP + next * N;
            nextOutputs[q] = vec4f(dy[at], dy[at + MAP], dy[at + 2 * MAP], dy[at + 3 * MAP]);
          }
          for (var q = 0; q < TQ; q++) {
            for (var t = 0; t < TC * K; t++) {
              sum[t * TQ + q] =
                fma(vec4f(window[t / K * TW + t % K + s]), outputs[q], sum[t * TQ + q]);
            }
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
