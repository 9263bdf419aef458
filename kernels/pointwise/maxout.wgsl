// Maxout over pairs of neighbouring linear units.
//   x (2·UNITS, B)   y (UNITS, B)      y[u,b] = max(x[2u,b], x[2u+1,b])
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= UNITS * B) { return; }
  let x0 = at / B * 2 * B + at % B;
  y[at] = max(x[x0], x[x0 + B]);
}
