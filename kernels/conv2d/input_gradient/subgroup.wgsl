// Gradient of a convolution with respect to its input.
//   dy (F, HO, WO, N)   w (C, K, K, F)   dx (C, H, W, N)
//   dx[c,i,j,n] = Σ dy[f,i−u,j−v,n] · w[c,u,v,f]   over the (u, v) that stay inside dy
// The formula of `naive`, for software adapters. An invocation keeps a whole row of TC channels of dx
// in registers and adds each number of the rows of dy that reach it to all that it reaches. LANES
// invocations, a subgroup, run over n and share their loads, as in ../forward/subgroup.wgsl: each loads
// a vec4 of dy and exchanges it, and some of the weights, which it hands to all. N is a multiple of 4.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
const CQ = (WO + 3) / 4; // vec4s of outputs in a row
const TQ = TC / 4;
const JB = W / (2 - W % 2); // inputs that are stored together
const LOADS = (K * TC + LANES - 1) / LANES; // for the weights of one filter row

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  let n = i32(group.x) * LANES + lane;
  let row = i32(group.y);
  let c0 = i32(group.z) * TC;
  let four = min(n - lane % 4, N - 4); // every lane must take part
  var column: array<i32, CQ>;
  for (var q = 0; q < CQ; q++) {
    column[q] = (min(q * 4 + lane % 4, WO - 1) * N + four) / 4;
  }
  var offset: array<i32, LOADS>; // in the order (v, c)
  for (var l = 0; l < LOADS; l++) {
    let tap = min(lane + l * LANES, K * TC - 1);
    offset[l] = ((c0 + tap % TC) * K * K + tap / TC) * F / 4;
  }
  var sum: array<vec4f, W * TQ>;
  // rolled
  for (var f = 0; f < F; f += 4) {
    // rolled
    for (var i = max(0, row - K + 1); i < min(HO, row + 1); i++) {
      var fours: array<vec4f, LOADS>; // of four filters
      for (var l = 0; l < LOADS; l++) {
        fours[l] = w[(row - i) * K * F / 4 + f / 4 + offset[l]];
      }
      // rolled
      for (var g = 0; g < 4; g++) {
        var output: array<f32, WO>;
        for (var q = 0; q < CQ; q++) {
          let values = transposed(dy[((f + g) * HO + i) * WO * N / 4 + column[q]], lane);
          for (var j = q * 4; j < min(WO, q * 4 + 4); j++) {
            output[j] = values[j % 4];
          }
        }
        var weights: array<f32, LOADS>;
        for (var l = 0; l < LOADS; l++) {
          weights[l] = fours[l][g];
        }
        for (var q = 0; q < TQ; q++) {
          var tap: array<vec4f, K>;
          for (var v = 0; v < K; v++) {
            for (var c = q * 4; c < q * 4 + 4; c++) {
              tap[v][c % 4] = subgroupBroadcast(
                weights[(v * TC + c) / LANES], u32((v * TC + c) % LANES));
            }
          }
          // Each output with all its taps, so that it stays in a register meanwhile.
          for (var j = 0; j < W; j++) {
            for (var v = max(0, j - WO + 1); v < min(K, j + 1); v++) {
              sum[q * W + j] = fma(vec4f(output[j - v]), tap[v], sum[q * W + j]);
            }
          }
        }
      }
    }
  }
  // Rolled: code that stores is long (docs/kernels.md §4). What is stored comes from the first sums,
  // and the others move up: with an index that varies all would go to memory.
  let channels = select(0, TQ, arrayLength(&dx) > 0); // no compiler knows these, to unroll by them
  let columns = select(0, W, channels > 0);
  // rolled
  for (var q = 0; q < channels; q++) {
    // rolled
    for (var j0 = 0; j0 < columns; j0 += JB) {
      for (var j = 0; j < JB; j++) {
        let value = transposed(sum[j], lane);
        if (n - lane % 4 < N) {
          let c = c0 + q * 4 + lane % 4;
          dx[(((c * H + row) * W + j0 + j) * N + n - lane % 4) / 4] = value;
        }
      }
      for (var t = 0; t < W * TQ - JB; t++) { sum[t] = sum[t + JB]; }
    }
  }
}
