// Gradient of what `dense_output` does to the units z, in place of the derivatives that it left.
//   dy (O / PIECES, B)   slopes → dz (O, B)      dz[PIECES·u + p, n] = slopes · dy[u,n]
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read_write> slopes: array<f32>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) lane: vec3u,
) {
  let at = i32((group.y * groups.x + group.x) * LANES + lane.x);
  if (at >= O * B) { return; }
  slopes[at] *= dy[at / B / PIECES * B + at % B];
}
