// Gradient of the output layer, through numerators, denominators and scale factors.
//   z (≥ 37, B)   y (SLOTS, B, 37) at the current slot   dy (B, 37)   dz (≥ 37, B)
// Question by question from the last: with y_i = a_i · s, s the parent's answer,
//   da_i = dy_i · s;   dy_parent += Σ dy_i · a_i;   dz_j = (da_j − Σ da_i · a_i) / total where z_j ≥ 0
// Warm-up: dz = dy where 0 < z < 1. Corner cases as in Theano 0.6 (docs/network.md §7).
// ANSWERS, QUESTIONS, FIRST and PARENT are the tables of lib/galaxy/questions.ts as WGSL.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> z: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> dz: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let b = element(id, groups);
  if (b >= B) { return; }
  let y0 = (i32(state.slot) * B + b) * ANSWERS;
  if (WARM_UP == 1) {
    // rolled
    for (var i = 0; i < ANSWERS; i++) {
      let value = z[i * B + b];
      dz[i * B + b] = select(0, dy[b * ANSWERS + i], value > 0 && value < 1);
    }
    return;
  }
  var raw: array<f32, ANSWERS>; // all loads together, as in `decision_tree`
  var error: array<f32, ANSWERS>;
  for (var i = 0; i < ANSWERS; i++) {
    raw[i] = z[i * B + b];
    error[i] = dy[b * ANSWERS + i];
  }
  var scale: array<f32, QUESTIONS>;
  for (var q = 0; q < QUESTIONS; q++) {
    if (PARENT[q] >= 0) {
      scale[q] = y[y0 + max(PARENT[q], 0)];
    } else {
      scale[q] = 1;
    }
  }
  // What flows into the answers that scale a later question, beside their own error.
  var inflow: array<f32, ANSWERS>;
  for (var back = 0; back < QUESTIONS; back++) {
    const q = QUESTIONS - 1 - back;
    var total = 1e-12;
    for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {
      total += max(raw[i], 0);
    }
    var along = 0.0; // Σ dy_i · a_i
    for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {
      along += (error[i] + inflow[i]) * max(raw[i], 0) / total;
    }
    if (PARENT[q] >= 0) {
      inflow[max(PARENT[q], 0)] += along;
    }
    for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {
      let gradient = (error[i] + inflow[i] - along) * scale[q] / total;
      dz[i * B + b] = select(0, gradient, raw[i] >= 0);
    }
  }
}
