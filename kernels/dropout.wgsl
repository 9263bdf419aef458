// Dropout with rate 1/2 on the input of a dense layer, forward and backward alike (see `dropout_mask`).
//   x, y (COUNT)      y = 2x where the element is kept, else 0
struct State { slot: u32, minibatch: u32, step: u32, learning_rate: f32 }
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) lane: vec3u,
) {
  let at = (group.y * groups.x + group.x) * LANES + lane.x;
  if (at >= COUNT) { return; }
  y[at] = select(0, 2 * x[at], is_kept(state.step, at));
}
