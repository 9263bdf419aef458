// Products of a dense layer over a panel of its inputs, in SPLITS sums that `dense/output` adds up.
//   x (K, B)   w (K, O)   partial (≥ FIRST + SPLITS, O, B), written from FIRST on
//   partial[FIRST + s,o,b] = Σ w[k,o] · x[k,b]   over the k of split s
// An invocation for each partial sum. One split would do, if software adapters did not end the loops of
// an invocation after 65,535 iterations (MAX_ITERATIONS in lib/nn/tiles.ts).
// `registers`, `workgroup` and `subgroup` compute the same faster.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= O * B) { return; }
  let o = at / B;
  let b = at % B;
  let split = i32(id.z);
  var sum = 0.0;
  // rolled
  for (var k = split * K / SPLITS; k < (split + 1) * K / SPLITS; k++) {
    sum += w[k * O + o] * x[k * B + b];
  }
  partial[(FIRST + split) * O * B + at] = sum;
}
