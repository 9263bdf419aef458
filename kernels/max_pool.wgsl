// 2×2 max-pooling with stride 2.
//   x (F, 2·HP, 2·WP, N)   y (F, HP, WP, N)
//   y[f,i,j,n] = max over a, b ∈ {0, 1} of x[f,2i+a,2j+b,n]
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let n = i32(group.x * LANES + lane.x);
  if (n >= N) { return; }
  let i = i32(group.y) / WP;
  let j = i32(group.y) % WP;
  let f = i32(group.z);
  let x0 = ((f * 2 * HP + 2 * i) * 2 * WP + 2 * j) * N + n;
  y[((f * HP + i) * WP + j) * N + n] =
    max(max(x[x0], x[x0 + N]), max(x[x0 + 2 * WP * N], x[x0 + (2 * WP + 1) * N]));
}
