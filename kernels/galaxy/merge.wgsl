// Merging of the sixteen parts (docs/network.md §2), and its gradient where BACKWARD is 1; where DROPOUT is
// 1 with dropout of what is merged (see `shared/dropout_mask`).
//   x (Q, 16·B), Q features of a part   y (16·Q, B)
//   y[p·Q + q, b] = x[q, p·B + b]       backward: source as y, result as x
// ORDER is 0, or else puts the parts into the order that they have after a flip (1), half a turn (2) or
// both (3) of the image (docs/augmentation.md §13).
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> result: array<f32>;

const PLACES = array<array<i32, 16>, 4>(
  array<i32, 16>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
  array<i32, 16>(4, 5, 6, 7, 0, 1, 2, 3, 13, 14, 15, 12, 11, 8, 9, 10),
  array<i32, 16>(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13),
  array<i32, 16>(6, 7, 4, 5, 2, 3, 0, 1, 15, 12, 13, 14, 9, 10, 11, 8),
);

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let merged = element(id, groups);
  if (merged >= 16 * Q * B) { return; }
  let b = merged % B;
  let q = merged / B % Q;
  var places = PLACES[ORDER];
  let p = places[merged / (B * Q)];
  let stacked = (q * 16 + p) * B + b;
  var value = source[select(stacked, merged, BACKWARD == 1)];
  if (DROPOUT == 1) { value = select(0, 2 * value, is_kept(state.step, u32(merged))); }
  result[select(merged, stacked, BACKWARD == 1)] = value;
}
