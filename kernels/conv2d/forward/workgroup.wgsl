// Valid cross-correlation, stride 1, untied bias, ReLU if RELU is 1, max-pooling if SIDE is 2.
//   x (C, H, W, N)   w (C, K, K, F)   b (F, HO, WO)   y (F, HO / SIDE, WO / SIDE, N)
//   y[f,i,j,n] = max(0, b[f,i,j] + Σ x[c,i+u,j+v,n] · w[c,u,v,f]), the maximum of SIDE × SIDE of them
// The formula of `naive`, for GPUs. That one loads two numbers for each multiply-add; here an
// invocation keeps TR × TW outputs of TF filters in registers and reuses each input for all its filter
// taps and filters. Invocations side by side (LANES) run over n, so they read neighbours of x and y and
// the same w. GROUPS tiles of filters share a workgroup, so that they find their inputs in its cache.
// Where there are few tiles, each is shared by SLICES invocations of a workgroup: they have the channels
// among them and put their sums together in its memory, TS at a time.
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;
const TI = TW + K - 1; // inputs in a row of the tile
const TQ = TF / 4;
const SUMS = TR * TW * TQ;
const PLACES = GROUPS * LANES;
var<workgroup> tree: array<vec4f, max(1, TS * PLACES * (SLICES / 2))>;

@compute @workgroup_size(SLICES * GROUPS * LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let slice = i32(local.x) / PLACES;
  let place = i32(local.x) % PLACES;
  let column = i32(group.x) * LANES + place % LANES;
  let n = min(column, N - 1); // every invocation must take part
  let row0 = i32(group.y) / (WO / TW) * TR;
  let column0 = i32(group.y) % (WO / TW) * TW;
  let f0 = (i32(group.z) * GROUPS + place / LANES) * TF;
  var sum: array<vec4f, SUMS>;
  // rolled
  for (var c = slice * C / SLICES; c < (slice + 1) * C / SLICES; c++) {
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
      for (var q = 0; q < TF / 4; q++) {
        var taps: array<vec4f, K>; // loaded together, so that one wait is for all
        for (var v = 0; v < K; v++) {
          taps[v] = w[w0 + v * F / 4 + q];
        }
        for (var v = 0; v < K; v++) {
          for (var r = 0; r < TR; r++) {
            for (var j = 0; j < TW; j++) {
              sum[(r * TW + j) * TQ + q] =
                fma(vec4f(input[r * TI + j + v]), taps[v], sum[(r * TW + j) * TQ + q]);
            }
          }
        }
      }
    }
  }
  // Half of the slices hand their sums to the others, until one is left: always in the same order.
  for (var halving = 0; halving < HALVINGS; halving++) {
    let half = SLICES >> (halving + 1);
    for (var first = 0; first < SUMS; first += TS) {
      if (slice >= half && slice < 2 * half) {
        for (var s = 0; s < TS; s++) {
          tree[(s * half + slice - half) * PLACES + place] = sum[first + s];
        }
      }
      workgroupBarrier();
      if (slice < half) {
        for (var s = 0; s < TS; s++) {
          sum[first + s] += tree[(s * half + slice) * PLACES + place];
        }
      }
      workgroupBarrier();
    }
  }
  if (slice > 0 || column >= N) { return; }
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
