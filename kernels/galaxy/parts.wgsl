// The sixteen parts of an example (docs/network.md §1): from each of the four views, straight and with
// its columns reversed, the top-left corner of the view turned counter-clockwise by k quarter turns.
//   views (SLOTS, B, 2, CHANNELS, VIEW, VIEW)   y (CHANNELS, PART, PART, 16·B)
//   y[c,i,j, p·B + b] = view p/4 of example b of the current slot, turned by p%4, at (i, j)
// Where each example is answered in ORDERS orders of its parts, ORDERS slots of answers share its views.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> views: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let n = i32(group.x * LANES + lane.x);
  if (n >= 16 * B) { return; }
  let i = i32(group.y) / PART;
  let j = i32(group.y) % PART;
  let c = i32(group.z);
  let p = n / B;
  let b = n % B;
  const LAST = VIEW - 1;
  var row = i;
  var column = j;
  switch (p % 4) {
    case 1: { row = j; column = LAST - i; }
    case 2: { row = LAST - i; column = LAST - j; }
    case 3: { row = LAST - j; column = i; }
    default: {}
  }
  if (p / 4 % 2 == 1) { column = LAST - column; }
  let example = i32(state.slot) / ORDERS * B + b;
  let source = (((example * 2 + p / 8) * CHANNELS + c) * VIEW + row) * VIEW + column;
  y[((c * PART + i) * PART + j) * 16 * B + n] = views[source];
}
