// Gradient of a dense layer with respect to a panel of its inputs: `dense_input_gradient` for
// software adapters.
//   dy (O, B)   w (K, O)   dx (K, B)
//   dx[k,b] = Σ_o w[k,o] · dy[o,b]
// Lanes run over k, TK inputs each, LANES apart. They share the loading of dy for four outputs and
// TB examples, which their subgroup hands round (see conv2d_broadcast).
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
const EXAMPLES = TB / 4; // quads of examples
const LOADS = (4 * EXAMPLES + LANES - 1) / LANES;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  let k0 = i32(group.x) * LANES * TK + lane;
  let b0 = i32(group.y) * TB;
  var offset: array<i32, LOADS>;
  // unroll
  for (var l = 0; l < LOADS; l++) {
    let quad = min(lane + l * LANES, 4 * EXAMPLES - 1);
    offset[l] = (quad / EXAMPLES * B + b0) / 4 + quad % EXAMPLES;
  }
  var row: array<i32, TK>;
  // unroll
  for (var t = 0; t < TK; t++) {
    row[t] = min(k0 + t * LANES, K - 1) * (O / 4); // every lane must take part
  }
  var sum: array<vec4f, TK * EXAMPLES>;
  for (var o = 0; o < O; o += 4) {
    var errors: array<vec4f, LOADS>;
    // unroll
    for (var l = 0; l < LOADS; l++) {
      errors[l] = dy[o * B / 4 + offset[l]];
    }
    var weights: array<vec4f, TK>;
    // unroll
    for (var t = 0; t < TK; t++) {
      weights[t] = w[row[t] + o / 4];
    }
    // unroll
    for (var e = 0; e < EXAMPLES; e++) {
      var error: array<vec4f, 4>;
      // unroll
      for (var i = 0; i < 4; i++) {
        error[i] = subgroupBroadcast(
          errors[(i * EXAMPLES + e) / LANES], u32((i * EXAMPLES + e) % LANES));
      }
      // unroll
      for (var t = 0; t < TK; t++) {
        // unroll
        for (var i = 0; i < 4; i++) {
          sum[t * EXAMPLES + e] = fma(vec4f(weights[t][i]), error[i], sum[t * EXAMPLES + e]);
        }
      }
    }
  }
  // unroll
  for (var t = 0; t < TK; t++) {
    let k = k0 + t * LANES;
    if (k < K) {
      // unroll
      for (var e = 0; e < EXAMPLES; e++) {
        dx[(k * B + b0) / 4 + e] = sum[t * EXAMPLES + e];
      }
    }
  }
}
