// Gradient of a dense layer's weights over a panel of its inputs, and their Nesterov update, in one:
// `dense_update` for software adapters.
//   x (K, B)   dy (O, B)   w, v (K, O)
//   g = Σ_b x[k,b] · dy[o,b]      v ← MOMENTUM·v − η·g      w ← w + MOMENTUM·v − η·g
// Lanes run over o, TO outputs each, with their TO × B errors dy in registers, for TK inputs. They
// share the loading of inputs, which their subgroup hands round (see conv2d_broadcast).
struct State { slot: u32, minibatch: u32, step: u32, learning_rate: f32 }
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> w: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> v: array<vec4f>;
const TQ = TO / 4;
const LOADS = (B + LANES - 1) / LANES;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  let o0 = (i32(group.x) * LANES + lane) * TO;
  let outputs = min(o0, O - TO); // every lane must take part
  var errors: array<vec4f, B * TQ>;
  // unroll
  for (var b = 0; b < B; b++) {
    // unroll
    for (var q = 0; q < TQ; q++) {
      let at = (outputs + q * 4) * B + b;
      errors[b * TQ + q] = vec4f(dy[at], dy[at + B], dy[at + 2 * B], dy[at + 3 * B]);
    }
  }
  let rate = state.learning_rate;
  let end = min(K, (i32(group.y) + 1) * TK);
  for (var k = i32(group.y) * TK; k < end; k++) {
    var inputs: array<f32, LOADS>;
    // unroll
    for (var l = 0; l < LOADS; l++) {
      inputs[l] = x[k * B + min(lane + l * LANES, B - 1)];
    }
    // Initialised in so many words: naga 29 does not clear a variable that a loop declares again.
    var gradient = array<vec4f, TQ>();
    // unroll
    for (var b = 0; b < B; b++) {
      let input = vec4f(subgroupBroadcast(inputs[b / LANES], u32(b % LANES)));
      // unroll
      for (var q = 0; q < TQ; q++) {
        gradient[q] = fma(input, errors[b * TQ + q], gradient[q]);
      }
    }
    if (o0 < O) {
      // unroll
      for (var q = 0; q < TQ; q++) {
        let at = (k * O + outputs) / 4 + q;
        let step = rate * gradient[q];
        let velocity = MOMENTUM * v[at] - step;
        v[at] = velocity;
        w[at] += MOMENTUM * velocity - step;
      }
    }
  }
}
