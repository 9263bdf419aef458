// Gradient of ReLU followed by 2×2 max-pooling, with respect to the input of the ReLU, written in
// place of the ReLU's output x.
//   y, dy (F, HP, WP, N)   x → dx (F, 2·HP, 2·WP, N)
//   dx[f,2i+a,2j+b,n] = dy[f,i,j,n] where x = y[f,i,j,n] and x > 0, else 0
// Every element that equals its window's maximum gets the gradient (spec/network.md §7).
@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let n = i32(group.x * LANES + lane.x);
  if (n >= N) { return; }
  let i = i32(group.y) / WP;
  let j = i32(group.y) % WP;
  let f = i32(group.z);
  let at = ((f * HP + i) * WP + j) * N + n;
  let maximum = y[at];
  let gradient = select(0, dy[at], maximum > 0);
  let x0 = ((f * 2 * HP + 2 * i) * 2 * WP + 2 * j) * N + n;
  // unroll
  for (var a = 0; a < 2; a++) {
    // unroll
    for (var b = 0; b < 2; b++) {
      let element = x0 + (a * 2 * WP + b) * N;
      x[element] = select(0, gradient, x[element] == maximum);
    }
  }
}
