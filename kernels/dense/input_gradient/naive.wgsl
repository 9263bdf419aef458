// Gradient of a dense layer with respect to a panel of its inputs.
//   dy (O, B)   w (K, O)   dx (K, B)
//   dx[k,b] = Σ_o w[k,o] · dy[o,b]
// An invocation for each number of dx, in O iterations: lib/nn/dense/layer.ts has no layer with too many.
// `registers`, `workgroup` and `subgroup` compute the same faster.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= K * B) { return; }
  let k = at / B;
  let b = at % B;
  var sum = 0.0;
  // rolled
  for (var o = 0; o < O; o++) {
    sum += w[k * O + o] * dy[o * B + b];
  }
  dx[at] = sum;
}
