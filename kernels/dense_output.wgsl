// Output of a dense layer from its partial products, with ReLU if RELU is 1.
//   partial (SPLITS, O, B)   b (O)   y (O, B)
//   y[o,n] = max(0, b[o] + Σ_s partial[s,o,n])
@group(0) @binding(0) var<storage, read> partial: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let at = i32(group.x * LANES + lane.x);
  if (at >= O * B) { return; }
  var sum = 0.0;
  for (var s = 0; s < SPLITS; s++) {
    sum += partial[s * O * B + at];
  }
  let value = sum + b[at / B];
  y[at] = select(value, max(0, value), RELU == 1);
}
