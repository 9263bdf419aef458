// Gradient of a convolution with respect to its weights, as partial sums for `pointwise/update`.
//   x (C, H, W, N)   dy (F, HO, WO, N)   partial (SPLITS, C, K, K, F)
//   Σ over partials of [c,u,v,f] = Σ x[c,i+u,j+v,n] · dy[f,i,j,n]   over i, j, n
// An invocation for each weight and range of n. One range would do, if software adapters did not end
// the loops of an invocation after 65,535 iterations (MAX_ITERATIONS in lib/nn/tiles.ts).
// `workgroup` and `subgroup` compute the same faster.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let f = i32(id.x);
  let tap = i32(id.y); // channel, row and column of a filter
  let split = i32(id.z);
  if (f >= F) { return; }
  let c = tap / K / K;
  let u = tap / K % K;
  let v = tap % K;
  var sum = 0.0;
  // rolled
  for (var n = split * N / SPLITS; n < (split + 1) * N / SPLITS; n++) {
    // rolled
    for (var i = 0; i < HO; i++) {
      // rolled
      for (var j = 0; j < WO; j++) {
        sum += x[((c * H + i + u) * W + j + v) * N + n] * dy[((f * HO + i) * WO + j) * N + n];
      }
    }
  }
  partial[(split * C * K * K + tap) * F + f] = sum;
}
