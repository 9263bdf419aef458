// Gradient of a dense layer with respect to a panel of its inputs.
//   dy (O, B)   w (K, O)   dx (K, B)
//   dx[k,b] = Σ_o w[k,o] · dy[o,b]
// The formula of `naive`, for any batch and adapter. An invocation keeps TK inputs, LANES apart, of TB
// examples in registers, so that each error serves TK inputs and each weight TB examples.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let k0 = i32(group.x * LANES * TK + lane.x);
  let b0 = i32(group.y) * TB;
  var sum: array<f32, TK * TB>;
  // rolled
  for (var o = 0; o < O; o += 4) {
    var weights: array<vec4f, TK>;
    for (var t = 0; t < TK; t++) {
      weights[t] = w[(min(k0 + t * LANES, K - 1) * O + o) / 4];
    }
    for (var b = 0; b < TB; b++) {
      let at = o * B + b0 + b;
      let gradient = vec4f(dy[at], dy[at + B], dy[at + 2 * B], dy[at + 3 * B]);
      for (var t = 0; t < TK; t++) {
        sum[t * TB + b] += dot(weights[t], gradient);
      }
    }
  }
  for (var t = 0; t < TK; t++) {
    let k = k0 + t * LANES;
    if (k < K) {
      for (var b = 0; b < TB; b++) {
        dx[k * B + b0 + b] = sum[t * TB + b];
      }
    }
  }
}
