// Gradient of a dense layer's weights over a panel of its inputs, and their update, in one.
//   x (K, B)   dy (O, B)   w, v (K, O)
//   g[k,o] = Σ_b x[k,b] · dy[o,b]      w, v ← updated(w, v, g, η): see `shared/update`
// The formula of `naive`, for software adapters, where a load costs as much as forty multiply-adds. An
// invocation keeps the errors dy of TO outputs, of all examples, in registers for TK inputs. LANES
// invocations, a subgroup, run over o and share the loads of inputs, which each hands to all, as in
// ../../conv2d/forward/subgroup.wgsl.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> w: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> v: array<vec4f>;
const TQ = TO / 4;
const BB = (2 - B % 2) * (2 - min(1, B % 4)); // examples whose errors are loaded together
const LOADS = (B + LANES - 1) / LANES;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  let o0 = (i32(group.x) * LANES + lane) * TO;
  let outputs = min(o0, O - TO); // every lane must take part
  var errors: array<vec4f, B * TQ>;
  // Rolled, by a number that no compiler knows: code that loads is long (docs/kernels.md §4). The
  // errors come last, and those before them move up.
  let examples = select(0, B, arrayLength(&dy) > 0);
  // rolled
  for (var b0 = 0; b0 < examples; b0 += BB) {
    for (var t = 0; t < (B - BB) * TQ; t++) { errors[t] = errors[t + BB * TQ]; }
    for (var b = 0; b < BB; b++) {
      for (var q = 0; q < TQ; q++) {
        let at = (outputs + q * 4) * B + b0 + b;
        errors[(B - BB + b) * TQ + q] = vec4f(dy[at], dy[at + B], dy[at + 2 * B], dy[at + 3 * B]);
      }
    }
  }
  let rate = state.learning_rate;
  let end = min(K, (i32(group.y) + 1) * TK);
  // rolled
  for (var k = i32(group.y) * TK; k < end; k++) {
    var inputs: array<f32, LOADS>;
    for (var l = 0; l < LOADS; l++) {
      inputs[l] = x[k * B + min(lane + l * LANES, B - 1)];
    }
    // Initialised in so many words: naga 29 does not clear a variable that a loop declares again.
    var gradient = array<vec4f, TQ>();
    for (var b = 0; b < B; b++) {
      let input = vec4f(subgroupBroadcast(inputs[b / LANES], u32(b % LANES)));
      for (var q = 0; q < TQ; q++) {
        gradient[q] = fma(input, errors[b * TQ + q], gradient[q]);
      }
    }
    if (o0 < O) {
      for (var q = 0; q < TQ; q++) {
        let at = (k * O + outputs) / 4 + q;
        let after = updated(w[at], v[at], gradient[q], rate);
        w[at] = after.w;
        v[at] = after.v;
      }
    }
  }
}
