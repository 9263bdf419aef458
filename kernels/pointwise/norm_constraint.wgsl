// Norm constraint on the weights into each unit, in place (docs/network.md §10).
//   w (K, O)   squares (O), Σ over all inputs of w²
//   w[k,o] ← w[k,o] · min(CAP / √squares[o], 1)
@group(0) @binding(0) var<storage, read> squares: array<f32>;
@group(0) @binding(1) var<storage, read_write> w: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= K * O) { return; }
  let norm = sqrt(squares[at % O]);
  if (norm > CAP) {
    w[at] *= CAP / norm;
  }
}
