// The output layer (docs/network.md §6): rectified outputs, divided by the sum over their question,
// then scaled by the answer that leads to the question. Where WARM_UP is 1, only clipped to [0, 1].
//   z (≥ 37, B)   y (SLOTS, B, 37), written at the current slot
//   a_i = r_i / (Σ_question r + ε), r = max(z, 0);   y_i = a_i · y_parent(question)
// ANSWERS, QUESTIONS, FIRST and PARENT are the tables of lib/galaxy/questions.ts as WGSL.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let b = element(id, groups);
  if (b >= B) { return; }
  let y0 = (i32(state.slot) * B + b) * ANSWERS;
  if (WARM_UP == 1) {
    // rolled
    for (var i = 0; i < ANSWERS; i++) {
      y[y0 + i] = clamp(z[i * B + b], 0, 1);
    }
    return;
  }
  // All loads together, and the answers in registers: so no question waits for memory.
  var raw: array<f32, ANSWERS>;
  for (var i = 0; i < ANSWERS; i++) {
    raw[i] = z[i * B + b];
  }
  var answers: array<f32, ANSWERS>;
  for (var q = 0; q < QUESTIONS; q++) {
    var total = 1e-12;
    for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {
      total += max(raw[i], 0);
    }
    var scale = 1.0;
    if (PARENT[q] >= 0) {
      scale = answers[max(PARENT[q], 0)];
    }
    for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {
      answers[i] = max(raw[i], 0) / total * scale;
      y[y0 + i] = answers[i];
    }
  }
}
