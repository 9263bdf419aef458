// Dropout with rate 1/2 on the input of a dense layer, forward and backward alike (see
// `shared/dropout_mask`).
//   x, y (COUNT)      y = 2x where the element is kept, else 0
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= COUNT) { return; }
  y[at] = select(0, 2 * x[at], is_kept(state.step, u32(at)));
}
