// Maxout over pairs of neighbouring linear units.
//   x (2·UNITS, B)   y (UNITS, B)      y[u,b] = max(x[2u,b], x[2u+1,b])
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let at = i32(group.x * LANES + lane.x);
  if (at >= UNITS * B) { return; }
  let x0 = at / B * 2 * B + at % B;
  y[at] = max(x[x0], x[x0 + B]);
}
