// Valid cross-correlation, stride 1, untied bias, ReLU if RELU is 1, max-pooling if SIDE is 2.
//   x (C, H, W, N)   w (C, K, K, F)   b (F, HO, WO)   y (F, HO / SIDE, WO / SIDE, N)
//   y[f,i,j,n] = max(0, b[f,i,j] + Σ x[c,i+u,j+v,n] · w[c,u,v,f]), the maximum of SIDE × SIDE of them
// An invocation for each number of y. `workgroup` and `subgroup` compute the same faster.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let n = i32(id.x);
  let position = i32(id.y); // row and column of y
  let f = i32(id.z);
  if (n >= N) { return; }
  var largest = -3.4e38;
  // rolled
  for (var a = 0; a < SIDE * SIDE; a++) {
    let i = position / (WO / SIDE) * SIDE + a / SIDE;
    let j = position % (WO / SIDE) * SIDE + a % SIDE;
    var sum = b[(f * HO + i) * WO + j];
    // rolled
    for (var c = 0; c < C; c++) {
      // rolled
      for (var u = 0; u < K; u++) {
        // rolled
        for (var v = 0; v < K; v++) {
          sum += x[((c * H + i + u) * W + j + v) * N + n] * w[((c * K + u) * K + v) * F + f];
        }
      }
    }
    largest = max(largest, sum);
  }
  let at = f * (HO / SIDE) * (WO / SIDE) + position;
  y[at * N + n] = select(largest, max(0, largest), RELU == 1);
}
