// Gradient of ReLU, written in place of its output's gradient, four numbers at a time.
//   y, dy → dx (COUNT)      dx = dy where y > 0, else 0
// Theano 0.6 also passes the gradient where the input is exactly 0 (docs/network.md §7). The output
// cannot tell that case from a negative input; a float32 sum meets it practically never.
@group(0) @binding(0) var<storage, read> y: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> dy: array<vec4f>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= (COUNT + 3) / 4) { return; } // the last four may reach into the buffer's padding
  dy[at] = select(vec4f(), dy[at], y[at] > vec4f());
}
