// Gradient of the output layer, through numerators, denominators and scale factors.
//   z (≥ 37, B)   y (SLOTS, B, 37) at the current slot   dy (B, 37)   dz (≥ 37, B)
// Question by question from the last: with y_i = a_i · s, s the parent's answer,
//   da_i = dy_i · s;   dy_parent += Σ dy_i · a_i;   dz_j = (da_j − Σ da_i · a_i) / total where z_j ≥ 0
// Warm-up: dz = dy where 0 < z < 1. Corner cases as in Theano 0.6 (docs/network.md §7).
struct State { slot: u32, minibatch: u32, step: u32, learning_rate: f32 }
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dz: array<f32>;
const FIRST = array<i32, 12>(0, 3, 5, 7, 9, 13, 15, 18, 25, 28, 31, 37);
const PARENT = array<i32, 11>(-1, 1, 4, 4, 4, -1, 0, 13, 3, 7, 7);

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let b = i32(group.x * LANES + lane.x);
  if (b >= B) { return; }
  let y0 = (i32(state.slot) * B + b) * 37;
  if (WARM_UP == 1) {
    for (var i = 0; i < 37; i++) {
      let value = z[i * B + b];
      dz[i * B + b] = select(0, dy[b * 37 + i], value > 0 && value < 1);
    }
    return;
  }
  // What flows into the answers that scale a later question, beside their own error.
  var inflow: array<f32, 37>;
  // unroll
  for (var back = 0; back < 11; back++) {
    const q = 10 - back;
    var total = 1e-12;
    for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {
      total += max(z[i * B + b], 0);
    }
    var scale = 1.0;
    if (PARENT[q] >= 0) {
      scale = y[y0 + max(PARENT[q], 0)];
    }
    var along = 0.0; // Σ dy_i · a_i
    for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {
      along += (dy[b * 37 + i] + inflow[i]) * max(z[i * B + b], 0) / total;
    }
    if (PARENT[q] >= 0) {
      inflow[max(PARENT[q], 0)] += along;
    }
    for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {
      let gradient = (dy[b * 37 + i] + inflow[i] - along) * scale / total;
      dz[i * B + b] = select(0, gradient, z[i * B + b] >= 0);
    }
  }
}
