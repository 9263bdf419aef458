// y = x, sixteen bytes at a time: how fast this adapter moves memory.
//   x, y (COUNT)   ITEMS vectors per invocation; neighbouring lanes touch neighbouring vectors
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let first = (group.y * groups.x + group.x) * LANES * ITEMS + lane;
  for (var i = 0; i < ITEMS; i++) {
    let at = first + i * LANES;
    if (at < COUNT) { y[at] = x[at]; }
  }
}
