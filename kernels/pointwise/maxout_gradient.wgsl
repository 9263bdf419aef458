// Gradient of maxout, written in place of its input: every unit that equals the maximum gets it
// (docs/network.md §7).
//   y, dy (UNITS, B)   x → dx (2·UNITS, B)      dx = dy where x = y, else 0
@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= UNITS * B) { return; }
  let first = at / B * 2 * B + at % B;
  let second = first + B;
  x[first] = select(0, dy[at], x[first] == y[at]);
  x[second] = select(0, dy[at], x[second] == y[at]);
}
