// The optimiser's update (`shared/update`) of parameters whose gradients are sums of rows: biases.
//   rows (COUNT, TERMS)   w, v (COUNT)
//   g[i] = Σ_t rows[i,t]      w, v ← updated(w, v, g, η)
// SHARE invocations side by side, a power of two that divides LANES, read a row in whole lines of memory,
// FOURS vec4s each before they add them; then they add up in a tree, so the order is always the same.
// TERMS is a multiple of 4. `update` does the same for others, an invocation for each parameter.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> rows: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> v: array<f32>;
const ROW = TERMS / 4;
var<workgroup> tree: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(global_invocation_id) id: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(num_workgroups) groups: vec3u,
) {
  let me = i32(local.x);
  let lane = me % SHARE;
  let at = element(id, groups) / SHARE;
  let row = min(at, COUNT - 1) * ROW; // every invocation must take part
  var sum = vec4f();
  // rolled
  for (var t = lane; t < ROW; t += SHARE * FOURS) {
    var fours: array<vec4f, FOURS>;
    for (var f = 0; f < FOURS; f++) {
      let four = rows[row + min(t + f * SHARE, ROW - 1)];
      fours[f] = select(vec4f(), four, t + f * SHARE < ROW);
    }
    for (var f = 0; f < FOURS; f++) {
      sum += fours[f];
    }
  }
  tree[me] = sum.x + sum.y + (sum.z + sum.w);
  // rolled
  for (var half = SHARE / 2; half > 0; half /= 2) {
    workgroupBarrier();
    if (lane < half) {
      tree[me] += tree[me + half];
    }
  }
  if (lane == 0 && at < COUNT) {
    // Of the four equal ones only the first is stored, and so only the first computed.
    let after = updated(vec4f(w[at]), vec4f(v[at]), vec4f(tree[me]), state.learning_rate);
    w[at] = after.w.x;
    v[at] = after.v.x;
  }
}
