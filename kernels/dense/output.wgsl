// Output of a dense layer from its partial sums: bias, ReLU if RELU is 1, maxout over pairs of
// neighbouring units if PIECES is 2, dropout if DROPOUT is 1 (see `shared/dropout_mask`).
//   partial (SPLITS, O, B)   b (O)   y (O / PIECES, B), after PITCH numbers the same with dropout
//   z[o,n] = b[o] + Σ_s partial[s,o,n]      y[u,n] = max over p < PIECES of z[PIECES·u + p, n]
// partial[0] becomes z; or, if SLOPES is 1, the derivatives with respect to z of what training reads,
// for `dense/output_gradient`: of every unit that equals the maximum (docs/network.md §7), but none
// where a ReLU gives 0 (see `pointwise/relu_gradient`). TOGETHER sums are loaded before they are added, so
// that their loads do not wait for each other.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read_write> partial: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= O / PIECES * B) { return; }
  let unit = at / B * PIECES;
  let n = at % B;
  var z: array<f32, PIECES>;
  // rolled
  for (var first = 0; first < SPLITS; first += TOGETHER) {
    var loaded: array<f32, TOGETHER * PIECES>;
    for (var l = 0; l < TOGETHER * PIECES; l++) {
      let s = min(first + l / PIECES, SPLITS - 1);
      loaded[l] = partial[(s * O + unit + l % PIECES) * B + n];
    }
    for (var l = 0; l < TOGETHER * PIECES; l++) {
      z[l % PIECES] += select(0, loaded[l], first + l / PIECES < SPLITS);
    }
  }
  for (var p = 0; p < PIECES; p++) {
    z[p] += b[unit + p];
  }
  var value = z[0];
  for (var p = 1; p < PIECES; p++) {
    value = max(value, z[p]);
  }
  if (RELU == 1) { value = max(0, value); }
  y[at] = value;
  var slope = 1.0;
  if (DROPOUT == 1) {
    slope = select(0.0, 2.0, is_kept(state.step, u32(at)));
    y[PITCH + at] = slope * value;
  }
  for (var p = 0; p < PIECES; p++) {
    let open = z[p] == value && (RELU == 0 || value > 0);
    partial[(unit + p) * B + n] = select(z[p], select(0, slope, open), SLOPES == 1);
  }
}
