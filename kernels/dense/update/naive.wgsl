// Gradient of a dense layer's weights over a panel of its inputs, and their update, in one: the
// gradient is as large as the weights, and to store and read it would cost more than to compute it.
//   x (K, B)   dy (O, B)   w, v (K, O)
//   g[k,o] = Σ_b x[k,b] · dy[o,b]      w, v ← updated(w, v, g, η): see `shared/update`
// An invocation for four weights, as they are stored. `workgroup` and `subgroup` compute the same faster.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> w: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> v: array<vec4f>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= K * O / 4) { return; }
  let k = at / (O / 4);
  let o = at % (O / 4) * 4;
  var gradient = vec4f();
  // rolled
  for (var b = 0; b < B; b++) {
    let errors = vec4f(
      dy[o * B + b], dy[(o + 1) * B + b], dy[(o + 2) * B + b], dy[(o + 3) * B + b]);
    gradient += x[k * B + b] * errors;
  }
  let after = updated(w[at], v[at], gradient, state.learning_rate);
  w[at] = after.w;
  v[at] = after.v;
}
