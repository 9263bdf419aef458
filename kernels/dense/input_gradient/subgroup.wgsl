// Gradient of a dense layer with respect to a panel of its inputs.
//   dy (O, B)   w (K, O)   dx (K, B)
//   dx[k,b] = Σ_o w[k,o] · dy[o,b]
// The formula of `naive`, for software adapters, where a load costs as much as forty multiply-adds. An
// invocation keeps TK inputs, LANES apart, of TB examples in registers. LANES invocations, a subgroup,
// share the loads of dy for four outputs and all examples, which each hands to all, as in
// ../../conv2d/forward/subgroup.wgsl. B is a multiple of 4.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
const EXAMPLES = TB / 4; // in vec4
const LOADS = (4 * EXAMPLES + LANES - 1) / LANES;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  let k0 = i32(group.x) * LANES * TK + lane;
  let b0 = i32(group.y) * TB;
  var offset: array<i32, LOADS>;
  for (var l = 0; l < LOADS; l++) {
    let vector = min(lane + l * LANES, 4 * EXAMPLES - 1);
    offset[l] = (vector / EXAMPLES * B + b0) / 4 + vector % EXAMPLES;
  }
  var row: array<i32, TK>;
  for (var t = 0; t < TK; t++) {
    row[t] = min(k0 + t * LANES, K - 1) * (O / 4); // every lane must take part
  }
  var sum: array<vec4f, TK * EXAMPLES>;
  // rolled
  for (var o = 0; o < O; o += 4) {
    var errors: array<vec4f, LOADS>;
    for (var l = 0; l < LOADS; l++) {
      errors[l] = dy[o * B / 4 + offset[l]];
    }
    var weights: array<vec4f, TK>;
    for (var t = 0; t < TK; t++) {
      weights[t] = w[row[t] + o / 4];
    }
    for (var e = 0; e < EXAMPLES; e++) {
      var error: array<vec4f, 4>;
      for (var i = 0; i < 4; i++) {
        error[i] = subgroupBroadcast(
          errors[(i * EXAMPLES + e) / LANES], u32((i * EXAMPLES + e) % LANES));
      }
      for (var t = 0; t < TK; t++) {
        for (var i = 0; i < 4; i++) {
          sum[t * EXAMPLES + e] = fma(vec4f(weights[t][i]), error[i], sum[t * EXAMPLES + e]);
        }
      }
    }
  }
  // Rolled, by a number that no compiler knows: code that stores is long (docs/kernels.md §4). What is
  // stored comes from the first sums, and the others move up.
  let kept = select(0, TK, arrayLength(&dx) > 0);
  // rolled
  for (var t = 0; t < kept; t++) {
    let k = k0 + t * LANES;
    if (k < K) {
      for (var e = 0; e < EXAMPLES; e++) {
        dx[(k * B + b0) / 4 + e] = sum[e];
      }
    }
    for (var s = 0; s < (TK - 1) * EXAMPLES; s++) { sum[s] = sum[s + EXAMPLES]; }
  }
}
