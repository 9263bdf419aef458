// Gradient of ReLU followed by 2×2 max-pooling, with respect to the input of the ReLU, written in
// place of the ReLU's output x, four n at a time.
//   y, dy (F, HP, WP, N)   x → dx (F, 2·HP, 2·WP, N)
//   dx[f,2i+a,2j+b,n] = dy[f,i,j,n] where x = y[f,i,j,n] and x > 0, else 0
// Every element that equals its window's maximum gets the gradient (docs/network.md §7).
@group(0) @binding(0) var<storage, read> y: array<vec4f>;
@group(0) @binding(1) var<storage, read> dy: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> x: array<vec4f>;
const NQ = N / 4;
const ROW = WP * NQ; // vectors in a row of y

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = element(id, groups);
  if (at >= F * HP * ROW) { return; }
  let maximum = y[at];
  let gradient = select(vec4f(), dy[at], maximum > vec4f());
  let x0 = at / ROW * 4 * ROW + at % ROW / NQ * 2 * NQ + at % NQ;
  for (var a = 0; a < 2; a++) {
    for (var b = 0; b < 2; b++) {
      let element = x0 + a * 2 * ROW + b * NQ;
      x[element] = select(vec4f(), gradient, x[element] == maximum);
    }
  }
}
