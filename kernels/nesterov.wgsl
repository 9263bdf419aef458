// Nesterov update of parameters whose gradients are sums (docs/network.md §9).
//   terms, term t of parameter i at i·STRIDE + t·TERM_STRIDE   w, v (COUNT)
//   g[i] = Σ_t terms      v ← MOMENTUM·v − η·g      w ← w + MOMENTUM·v − η·g, with the new v
// Partial sums (TERMS, COUNT) have strides 1 and COUNT, rows (COUNT, TERMS) strides TERMS and 1.
struct State { slot: u32, minibatch: u32, step: u32, learning_rate: f32 }
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> terms: array<f32>;
@group(0) @binding(2) var<storage, read_write> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> v: array<f32>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) lane: vec3u,
) {
  let at = i32((group.y * groups.x + group.x) * LANES + lane.x);
  if (at >= COUNT) { return; }
  var gradient = 0.0;
  for (var t = 0; t < TERMS; t++) {
    gradient += terms[at * STRIDE + t * TERM_STRIDE];
  }
  let step = state.learning_rate * gradient;
  let velocity = MOMENTUM * v[at] - step;
  v[at] = velocity;
  w[at] += MOMENTUM * velocity - step;
}
