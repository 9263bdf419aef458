// 2×2 max-pooling with stride 2, four n at a time.
//   x (F, 2·HP, 2·WP, N)   y (F, HP, WP, N)
//   y[f,i,j,n] = max over a, b ∈ {0, 1} of x[f,2i+a,2j+b,n]
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
const NQ = N / 4;
const ROW = WP * NQ; // vectors in a row of y

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= F * HP * ROW) { return; }
  let x0 = at / ROW * 4 * ROW + at % ROW / NQ * 2 * NQ + at % NQ;
  y[at] = max(max(x[x0], x[x0 + NQ]), max(x[x0 + 2 * ROW], x[x0 + 2 * ROW + NQ]));
}
