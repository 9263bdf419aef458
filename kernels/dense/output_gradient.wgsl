// Gradient of what `dense/output` does to the units z, in place of the derivatives that it left.
//   dy (O / PIECES, B)   slopes → dz (O, B)      dz[PIECES·u + p, n] = slopes · dy[u,n]
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read_write> slopes: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= O * B) { return; }
  slopes[at] *= dy[at / B / PIECES * B + at % B];
}
