// Gradient of a convolution with respect to its input.
//   dy (F, HO, WO, N)   w (C, K, K, F)   dx (C, H, W, N)
//   dx[c,i,j,n] = Σ dy[f,i−u,j−v,n] · w[c,u,v,f]   over the (u, v) that stay inside dy
// An invocation for each number of dx. `workgroup` and `subgroup` compute the same faster.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = i32(id.x);
  let i = i32(id.y) / W;
  let j = i32(id.y) % W;
  let c = i32(id.z);
  if (n >= N) { return; }
  var sum = 0.0;
  // rolled
  for (var f = 0; f < F; f++) {
    // rolled
    for (var u = max(0, i - HO + 1); u < min(K, i + 1); u++) {
      // rolled
      for (var v = max(0, j - WO + 1); v < min(K, j + 1); v++) {
        sum += dy[((f * HO + i - u) * WO + j - v) * N + n] * w[((c * K + u) * K + v) * F + f];
      }
    }
  }
  dx[((c * H + i) * W + j) * N + n] = sum;
}
