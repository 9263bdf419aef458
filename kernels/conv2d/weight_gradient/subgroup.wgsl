// Gradient of a convolution with respect to its weights, as partial sums for `pointwise/update`.
//   x (C, H, W, N)   dy (F, HO, WO, N)   partial (SPLITS, C, K, K, F)
//   Σ over partials of [c,u,v,f] = Σ x[c,i+u,j+v,n] · dy[f,i,j,n]   over i, j, n
// The formula of `naive`, for software adapters. An invocation keeps TM of the C·K pairs (c, u) × K
// columns × TF filters in registers. LANES invocations, a subgroup, run over the pairs and share the
// loads of dy, which each hands to all. Along a row of outputs a window of K inputs moves by one; both
// are loaded as vec4s, four n at a time. N is a multiple of 4.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partial: array<vec4f>;
const PAIRS = C * K;
const LOADS = (TF + LANES - 1) / LANES;
const NQ = N / 4;
const TQ = TF / 4;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  let pair0 = i32(group.y) * TM * LANES + lane;
  let f0 = i32(group.x) * TF;
  var input: array<i32, TM>; // where the pair's first row begins
  for (var m = 0; m < TM; m++) {
    let pair = min(pair0 + m * LANES, PAIRS - 1);
    input[m] = (pair / K * H + pair % K) * W * NQ;
  }
  var output: array<i32, LOADS>;
  for (var l = 0; l < LOADS; l++) {
    output[l] = min(f0 + lane + l * LANES, F - 1) * HO * WO * NQ;
  }
  var sum: array<vec4f, TM * K * TQ>;
  let split = i32(group.z);
  // Loops that load or store stay rolled: that code is long (docs/kernels.md §4). No compiler knows
  // these numbers, to unroll by them.
  let columns = select(1, K, arrayLength(&x) > 0);
  let pairs = select(0, TM, columns > 0);
  // rolled
  for (var n = split * NQ / SPLITS; n < (split + 1) * NQ / SPLITS; n++) {
    // rolled
    for (var i = 0; i < HO; i++) {
      var window: array<vec4f, TM * K>;
      // rolled
      for (var j = 0; j < columns - 1; j++) {
        for (var m = 0; m < TM; m++) {
          for (var v = 2; v < K; v++) {
            window[m * K + v - 1] = window[m * K + v];
          }
          window[m * K + K - 1] = x[input[m] + (i * W + j) * NQ + n];
        }
      }
      // rolled
      for (var j = 0; j < WO; j++) {
        for (var m = 0; m < TM; m++) {
          for (var v = 1; v < K; v++) {
            window[m * K + v - 1] = window[m * K + v];
          }
          window[m * K + K - 1] = x[input[m] + (i * W + j + K - 1) * NQ + n];
        }
        var errors: array<vec4f, LOADS>;
        for (var l = 0; l < LOADS; l++) {
          errors[l] = dy[output[l] + (i * WO + j) * NQ + n];
        }
        for (var q = 0; q < TQ; q++) {
          let error = transpose(mat4x4f( // a column for each n, a row for each filter
            subgroupBroadcast(errors[q * 4 / LANES], u32(q * 4 % LANES)),
            subgroupBroadcast(errors[(q * 4 + 1) / LANES], u32((q * 4 + 1) % LANES)),
            subgroupBroadcast(errors[(q * 4 + 2) / LANES], u32((q * 4 + 2) % LANES)),
            subgroupBroadcast(errors[(q * 4 + 3) / LANES], u32((q * 4 + 3) % LANES)),
          ));
          for (var t = 0; t < TM * K; t++) {
            for (var k = 0; k < 4; k++) {
              sum[t * TQ + q] = fma(vec4f(window[t][k]), error[k], sum[t * TQ + q]);
            }
          }
        }
      }
    }
  }
  // What is stored comes from the first sums, and the others move up: with an index that varies all
  // would go to memory.
  // rolled
  for (var m = 0; m < pairs; m++) {
    let pair = pair0 + m * LANES;
    // rolled
    for (var v = 0; v < columns; v++) {
      if (pair < PAIRS) {
        for (var q = 0; q < TQ; q++) {
          partial[(((split * PAIRS + pair) * K + v) * F + f0) / 4 + q] = sum[q];
        }
      }
      for (var t = 0; t < (TM * K - 1) * TQ; t++) { sum[t] = sum[t + TQ]; }
    }
  }
}
