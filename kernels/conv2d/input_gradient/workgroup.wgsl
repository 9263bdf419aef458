// Gradient of a convolution with respect to its input.
//   dy (F, HO, WO, N)   w (C, K, K, F)   dx (C, H, W, N)
//   dx[c,i,j,n] = Σ dy[f,i−u,j−v,n] · w[c,u,v,f]   over the (u, v) that stay inside dy
// The formula of `naive`, for GPUs. An invocation keeps TR whole rows of TC channels of dx in
// registers. It reads rows of dy and adds each number to all that it reaches, so no test or
// multiplication is spent on the border; and four filters at a time, whose weights are neighbours, of
// TV taps together. Invocations side by side (LANES) run over n. GROUPS tiles of channels share a
// workgroup, so that they find their dy in its cache. Where there are few tiles, each is shared by SLICES
// invocations of a workgroup: they have the filters among them and put their sums together in its
// memory, TS at a time.
@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;
const TQ = TC / 4;
const SUMS = TR * W * TQ;
const PLACES = GROUPS * LANES;
var<workgroup> tree: array<vec4f, max(1, TS * PLACES * (SLICES / 2))>;

@compute @workgroup_size(SLICES * GROUPS * LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let slice = i32(local.x) / PLACES;
  let place = i32(local.x) % PLACES;
  let column = i32(group.x) * LANES + place % LANES;
  let n = min(column, N - 1); // every invocation must take part
  let c0 = (i32(group.y) * GROUPS + place / LANES) * TC;
  // From the middle outwards: the rows there have most to do, and those at the border fill the gaps.
  let band = i32(group.z);
  let row0 = (H / TR / 2 + select(band, -(band + 1), band % 2 == 1) / 2) * TR;
  var sum: array<vec4f, SUMS>;
  // rolled
  for (var f = slice * (F / 4) / SLICES * 4; f < (slice + 1) * (F / 4) / SLICES * 4; f += 4) {
    // rolled
    for (var u = 0; u < K; u++) {
      for (var r = 0; r < TR; r++) {
        let i = row0 + r - u;
        if (i >= 0 && i < HO) {
          var output: array<vec4f, WO>; // of four filters
          for (var j = 0; j < WO; j++) {
            let at = ((f * HO + i) * WO + j) * N + n;
            output[j] = vec4f(
              dy[at], dy[at + HO * WO * N], dy[at + 2 * HO * WO * N], dy[at + 3 * HO * WO * N]);
          }
          for (var q = 0; q < TC / 4; q++) {
            for (var first = 0; first < K; first += TV) {
              var taps: array<mat4x4f, TV>; // loaded together, so that one wait is for all
              for (var v = first; v < min(K, first + TV); v++) {
                let at = ((((c0 + q * 4) * K + u) * K + v) * F + f) / 4;
                // A column for each filter, a row for each channel.
                taps[v - first] = transpose(mat4x4f(w[at], w[at + K * K * F / 4],
                  w[at + 2 * K * K * F / 4], w[at + 3 * K * K * F / 4]));
              }
              for (var v = first; v < min(K, first + TV); v++) {
                for (var j = 0; j < WO; j++) {
                  for (var k = 0; k < 4; k++) {
                    sum[(r * W + j + v) * TQ + q] = fma(
                      vec4f(output[j][k]), taps[v - first][k], sum[(r * W + j + v) * TQ + q]);
                  }
                }
              }
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
  for (var r = 0; r < TR; r++) {
    for (var j = 0; j < W; j++) {
      for (var c = 0; c < TC; c++) {
        dx[(((c0 + c) * H + row0 + r) * W + j) * N + n] = sum[(r * W + j) * TQ + c / 4][c % 4];
      }
    }
  }
}
