// Products of a dense layer over a panel of its inputs, in SPLITS sums that `dense/output` adds up.
//   x (K, B)   w (K, O)   partial (≥ FIRST + SPLITS, O, B), written from FIRST on
//   partial[FIRST + s,o,b] = Σ w[k,o] · x[k,b]   over the k of split s
// The formula of `naive`, for software adapters, where a load costs as much as forty multiply-adds. An
// invocation keeps TO outputs of TB examples in registers. LANES invocations, a subgroup, run over o and
// share the loads of TK inputs of all examples, which each hands to all, as in
// ../../conv2d/forward/subgroup.wgsl. B is a multiple of 4.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partial: array<vec4f>;
const TQ = TO / 4;
const EXAMPLES = TB / 4; // in vec4
const LOADS = (TK * EXAMPLES + LANES - 1) / LANES;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  let o0 = (i32(group.x) * LANES + lane) * TO;
  let outputs = min(o0, O - TO) / 4; // every lane must take part
  let b0 = i32(group.y) * TB;
  let split = i32(group.z);
  var offset: array<i32, LOADS>;
  for (var l = 0; l < LOADS; l++) {
    let vector = min(lane + l * LANES, TK * EXAMPLES - 1);
    offset[l] = (vector / EXAMPLES * B + b0) / 4 + vector % EXAMPLES;
  }
  var sum: array<vec4f, TO * EXAMPLES>;
  // rolled
  for (var k = split * (K / TK) / SPLITS * TK; k < (split + 1) * (K / TK) / SPLITS * TK; k += TK) {
    var inputs: array<vec4f, LOADS>;
    for (var l = 0; l < LOADS; l++) {
      inputs[l] = x[k * B / 4 + offset[l]];
    }
    for (var q = 0; q < TQ; q++) {
      var weights: array<vec4f, TK>;
      for (var t = 0; t < TK; t++) {
        weights[t] = w[(k + t) * (O / 4) + outputs + q];
      }
      for (var e = 0; e < EXAMPLES; e++) {
        var input: array<vec4f, TK>;
        for (var t = 0; t < TK; t++) {
          input[t] = subgroupBroadcast(
            inputs[(t * EXAMPLES + e) / LANES], u32((t * EXAMPLES + e) % LANES));
        }
        for (var o = 0; o < 4; o++) {
          for (var t = 0; t < TK; t++) {
            sum[(q * 4 + o) * EXAMPLES + e] =
              fma(vec4f(weights[t][o]), input[t], sum[(q * 4 + o) * EXAMPLES + e]);
          }
        }
      }
    }
  }
  if (o0 >= O) { return; }
  // Rolled, by a number that no compiler knows: code that stores is long (docs/kernels.md §4). What is
  // stored comes from the first sums, and the others move up.
  let kept = select(0, TO, arrayLength(&partial) > 0);
  // rolled
  for (var o = 0; o < kept; o++) {
    for (var e = 0; e < EXAMPLES; e++) {
      partial[(((FIRST + split) * O + o0 + o) * B + b0) / 4 + e] = sum[e];
    }
    for (var t = 0; t < (TO - 1) * EXAMPLES; t++) { sum[t] = sum[t + EXAMPLES]; }
  }
}
