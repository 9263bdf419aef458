// Sums of squares of a panel's columns (docs/network.md §10), added to those of the panels before it.
//   w (K, O)   squares (O)      squares[o] = (FIRST ? 0 : squares[o]) + Σ_k w[k,o]²
@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read_write> squares: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let o = element(id, groups);
  if (o >= O) { return; }
  var sum = 0.0;
  // rolled
  for (var k = 0; k < K; k++) {
    sum = fma(w[k * O + o], w[k * O + o], sum);
  }
  squares[o] = select(squares[o] + sum, sum, FIRST == 1);
}
