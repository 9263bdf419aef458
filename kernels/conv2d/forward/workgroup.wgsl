// Valid cross-correlation, stride 1, untied bias, ReLU if RELU is 1, max-pooling if SIDE is 2.
//   x (C, H, W, N)   w (C, K, K, F)   b (F, HO, WO)   y (F, HO / SIDE, WO / SIDE, N)
//   y[f,i,j,n] = max(0, b[f,i,j] + Σ x[c,i+u,j+v,n] · w[c,u,v,f]), the maximum of SIDE × SIDE of them
// The formula of `naive`, for GPUs. That one loads two numbers for each multiply-add; here an
// invocation keeps TR × TW outputs of TF filters in registers and reuses each input for all its filter
// taps and filters. Invocations side by side (LANES) run over n, so they read neighbours of x and y and
// the same w. GROUPS tiles of filters share a workgroup, so that they find their inputs in its cache.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
const TI = TW + K - 1; // inputs in a row of the tile
const TQ = TF / 4;

@compute @workgroup_size(GROUPS * LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let n = i32(group.x) * LANES + i32(local.x) % LANES;
  if (n >= N) { return; }
  let row0 = i32(group.y) / (WO / TW) * TR;
  let column0 = i32(group.y) % (WO / TW) * TW;
  let f0 = (i32(group.z) * GROUPS + i32(local.x) / LANES) * TF;
  var sum: array<vec4f, TR * TW * TQ>;
  // rolled
  for (var c = 0; c < C; c++) {
    // rolled
    for (var u = 0; u < K; u++) {
      var input: array<f32, TR * TI>;
      let x0 = ((c * H + row0 + u) * W + column0) * N + n;
      for (var r = 0; r < TR; r++) {
        for (var j = 0; j < TW + K - 1; j++) {
          input[r * TI + j] = x[x0 + (r * W + j) * N];
        }
      }
      let w0 = ((c * K + u) * K * F + f0) / 4;
      for (var v = 0; v < K; v++) {
        for (var q = 0; q < TF / 4; q++) {
          let tap = w[w0 + v * F / 4 + q];
          for (var r = 0; r < TR; r++) {
            for (var j = 0; j < TW; j++) {
              sum[(r * TW + j) * TQ + q] =
                fma(vec4f(input[r * TI + j + v]), tap, sum[(r * TW + j) * TQ + q]);
            }
          }
        }
      }
    }
  }
  for (var r = 0; r < TR; r += SIDE) {
    for (var j = 0; j < TW; j += SIDE) {
      for (var f = 0; f < TF; f++) {
        let bias = ((f0 + f) * HO + row0 + r) * WO + column0 + j;
        var value = b[bias] + sum[(r * TW + j) * TQ + f / 4][f % 4];
        for (var a = 1; a < SIDE * SIDE; a++) {
          value = max(value, b[bias + a / SIDE * WO + a % SIDE] +
            sum[((r + a / SIDE) * TW + j + a % SIDE) * TQ + f / 4][f % 4]);
        }
        let row = (f0 + f) * (HO / SIDE) + (row0 + r) / SIDE;
        let at = row * (WO / SIDE) + (column0 + j) / SIDE;
        y[at * N + n] = select(value, max(0, value), RELU == 1);
      }
    }
  }
}
