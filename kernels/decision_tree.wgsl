// The output layer (docs/network.md §6): rectified outputs, divided by the sum over their question,
// then scaled by the answer that leads to the question. Where WARM_UP is 1, only clipped to [0, 1].
//   z (≥ 37, B)   y (SLOTS, B, 37), written at the current slot
//   a_i = r_i / (Σ_question r + ε), r = max(z, 0);   y_i = a_i · y_parent(question)
// Questions and their parents stand in the order of lib/galaxy/questions.ts.
struct State { slot: u32, minibatch: u32, step: u32, learning_rate: f32 }
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
const FIRST = array<i32, 12>(0, 3, 5, 7, 9, 13, 15, 18, 25, 28, 31, 37);
const PARENT = array<i32, 11>(-1, 1, 4, 4, 4, -1, 0, 13, 3, 7, 7);

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let b = i32(group.x * LANES + lane.x);
  if (b >= B) { return; }
  let y0 = (i32(state.slot) * B + b) * 37;
  if (WARM_UP == 1) {
    for (var i = 0; i < 37; i++) {
      y[y0 + i] = clamp(z[i * B + b], 0, 1);
    }
    return;
  }
  // unroll
  for (var q = 0; q < 11; q++) {
    var total = 1e-12;
    for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {
      total += max(z[i * B + b], 0);
    }
    var scale = 1.0;
    if (PARENT[q] >= 0) {
      scale = y[y0 + max(PARENT[q], 0)];
    }
    for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {
      y[y0 + i] = max(z[i * B + b], 0) / total * scale;
    }
  }
}
