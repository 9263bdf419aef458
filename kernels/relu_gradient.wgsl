// Gradient of ReLU, written in place of its output's gradient.
//   y, dy → dx (COUNT)      dx = dy where y > 0, else 0
// Theano 0.6 also passes the gradient where the input is exactly 0 (spec/network.md §7). The output
// cannot tell that case from a negative input; a float32 sum meets it practically never.
@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read_write> dy: array<f32>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) lane: vec3u,
) {
  let at = i32((group.y * groups.x + group.x) * LANES + lane.x);
  if (at >= COUNT) { return; }
  dy[at] = select(0, dy[at], y[at] > 0);
}
