// Product of a dense layer over a panel of its inputs, as partial sums that `dense_output` adds up:
// `dense` for software adapters.
//   x (K, B)   w (K, O)   partial (≥ FIRST + SPLITS, O, B), written from FIRST on
//   partial[FIRST + s,o,b] = Σ w[k,o] · x[k,b]   over the k of split s
// Lanes run over o, TO outputs each. They share the loading of TK inputs for TB examples, which
// their subgroup hands round (see conv2d_broadcast).
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partial: array<vec4f>;
const TQ = TO / 4;
const EXAMPLES = TB / 4; // quads of examples
const LOADS = (TK * EXAMPLES + LANES - 1) / LANES;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  let o0 = (i32(group.x) * LANES + lane) * TO;
  let outputs = min(o0, O - TO) / 4; // every lane must take part
  let b0 = i32(group.y) * TB;
  let split = i32(group.z);
  var offset: array<i32, LOADS>;
  // unroll
  for (var l = 0; l < LOADS; l++) {
    let quad = min(lane + l * LANES, TK * EXAMPLES - 1);
    offset[l] = (quad / EXAMPLES * B + b0) / 4 + quad % EXAMPLES;
  }
  var sum: array<vec4f, TO * EXAMPLES>;
  for (var k = split * (K / TK) / SPLITS * TK; k < (split + 1) * (K / TK) / SPLITS * TK; k += TK) {
    var inputs: array<vec4f, LOADS>;
    // unroll
    for (var l = 0; l < LOADS; l++) {
      inputs[l] = x[k * B / 4 + offset[l]];
    }
    // unroll
    for (var q = 0; q < TQ; q++) {
      var weights: array<vec4f, TK>;
      // unroll
      for (var t = 0; t < TK; t++) {
        weights[t] = w[(k + t) * (O / 4) + outputs + q];
      }
      // unroll
      for (var e = 0; e < EXAMPLES; e++) {
        var input: array<vec4f, TK>;
        // unroll
        for (var t = 0; t < TK; t++) {
          input[t] = subgroupBroadcast(
            inputs[(t * EXAMPLES + e) / LANES], u32((t * EXAMPLES + e) % LANES));
        }
        // unroll
        for (var o = 0; o < 4; o++) {
          // unroll
          for (var t = 0; t < TK; t++) {
            sum[(q * 4 + o) * EXAMPLES + e] =
              fma(vec4f(weights[t][o]), input[t], sum[(q * 4 + o) * EXAMPLES + e]);
          }
        }
      }
    }
  }
  if (o0 >= O) { return; }
  // unroll
  for (var o = 0; o < TO; o++) {
    // unroll
    for (var e = 0; e < EXAMPLES; e++) {
      partial[(((FIRST + split) * O + o0 + o) * B + b0) / 4 + e] = sum[o * EXAMPLES + e];
    }
  }
}
