// The optimiser's update (`shared/update`) of parameters whose gradients are sums.
//   terms, term t of parameter i at i·STRIDE + t·TERM_STRIDE   w, v (COUNT)
//   g[i] = Σ_t terms      w, v ← updated(w, v, g, η)
// Partial sums (TERMS, COUNT) have strides 1 and COUNT, rows (COUNT, TERMS) strides TERMS and 1. TOGETHER
// terms are loaded before they are added, so that their loads do not wait for each other.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> terms: array<f32>;
@group(0) @binding(2) var<storage, read_write> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> v: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= COUNT) { return; }
  var gradient = 0.0;
  // rolled
  for (var t = 0; t < TERMS; t += TOGETHER) {
    var loaded: array<f32, TOGETHER>;
    for (var s = 0; s < TOGETHER; s++) {
      loaded[s] = terms[at * STRIDE + min(t + s, TERMS - 1) * TERM_STRIDE];
    }
    for (var s = 0; s < TOGETHER; s++) {
      gradient += select(0, loaded[s], t + s < TERMS);
    }
  }
  // Of the four equal ones only the first is stored, and so only the first computed.
  let after = updated(vec4f(w[at]), vec4f(v[at]), vec4f(gradient), state.learning_rate);
  w[at] = after.w.x;
  v[at] = after.v.x;
}
