// Valid cross-correlation, stride 1, untied bias, ReLU if RELU is 1, max-pooling if SIDE is 2.
//   x (C, H, W, N)   w (C, K, K, F)   b (F, HO, WO)   y (F, HO / SIDE, WO / SIDE, N)
//   y[f,i,j,n] = max(0, b[f,i,j] + Σ x[c,i+u,j+v,n] · w[c,u,v,f]), the maximum of SIDE × SIDE of them
// The formula of `naive`, for software adapters. There a load costs as much as forty multiply-adds,
// wherever it goes, and one of a vec4 ninety. So an invocation keeps TR × TW outputs of TF filters, as
// in `workgroup`, and LANES of them, a subgroup, share their loads: each loads a vec4 of inputs, four n
// of one column, and exchanges them for its own n of four columns; each loads some of the weights and
// hands them to all. A filter row at a time meets TR rows of outputs; all but the first of the rows of
// inputs serve for the next filter row too. N is a multiple of 4.
// Subgroup operations need no `enable` line here: lib/gpu/dialect.ts adds it where it has to be.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;
const TI = TW + K - 1; // inputs in a row of the tile
const CQ = (TI + 3) / 4; // vec4s of inputs in a row
const TQ = TF / 4;
const WEIGHTS = K * TQ; // vec4s of weights of a filter row
const LOADS = (WEIGHTS + LANES - 1) / LANES;
const BIASES = (TF + LANES - 1) / LANES; // for the biases of one position

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x);
  let n = i32(group.x) * LANES + lane;
  let row0 = i32(group.y) / (WO / TW) * TR;
  let column0 = i32(group.y) % (WO / TW) * TW;
  let f0 = i32(group.z) * TF;
  let four = min(n - lane % 4, N - 4); // every lane must take part
  var column: array<i32, CQ>;
  for (var q = 0; q < CQ; q++) {
    column[q] = ((row0 * W + column0 + min(q * 4 + lane % 4, TI - 1)) * N + four) / 4;
  }
  var offset: array<i32, LOADS>;
  for (var l = 0; l < LOADS; l++) {
    let weight = min(lane + l * LANES, WEIGHTS - 1);
    offset[l] = weight / TQ * (F / 4) + weight % TQ + f0 / 4;
  }
  var sum: array<vec4f, TR * TW * TQ>;
  // rolled
  for (var c = 0; c < C; c++) {
    var input: array<f32, TR * TI>;
    for (var r = 0; r < TR - 1; r++) {
      for (var q = 0; q < CQ; q++) {
        let values = transposed(x[column[q] + (c * H + r) * W * N / 4], lane);
        for (var j = q * 4; j < min(TI, q * 4 + 4); j++) {
          input[(r + 1) * TI + j] = values[j % 4];
        }
      }
    }
    // rolled
    for (var u = 0; u < K; u++) {
      for (var at = 0; at < (TR - 1) * TI; at++) {
        input[at] = input[at + TI];
      }
      for (var q = 0; q < CQ; q++) {
        let values = transposed(x[column[q] + (c * H + u + TR - 1) * W * N / 4], lane);
        for (var j = q * 4; j < min(TI, q * 4 + 4); j++) {
          input[(TR - 1) * TI + j] = values[j % 4];
        }
      }
      var weights: array<vec4f, LOADS>;
      for (var l = 0; l < LOADS; l++) {
        weights[l] = w[(c * K + u) * K * F / 4 + offset[l]];
      }
      for (var q = 0; q < TQ; q++) {
        var tap: array<vec4f, K>;
        for (var v = 0; v < K; v++) {
          tap[v] = subgroupBroadcast(weights[(v * TQ + q) / LANES], u32((v * TQ + q) % LANES));
        }
        // Few outputs at a time, with all taps: they stay in registers meanwhile.
        for (var r = 0; r < TR; r++) {
          for (var j0 = 0; j0 < TW; j0 += JB) {
            for (var v = 0; v < K; v++) {
              for (var j = 0; j < JB; j++) {
                sum[(r * TW + j0 + j) * TQ + q] =
                  fma(vec4f(input[r * TI + j0 + j + v]), tap[v], sum[(r * TW + j0 + j) * TQ + q]);
              }
            }
          }
        }
      }
    }
  }
  // Rolled, JB columns at a time: code that stores is long (docs/kernels.md §4). What is stored comes
  // from the first sums, and the others move up: with an index that varies all would go to memory.
  let corner = (row0 / SIDE * (WO / SIDE) + column0 / SIDE) * N + n - lane % 4;
  let rows = select(0, TR, arrayLength(&y) > 0); // no compiler knows these numbers, to unroll by them
  let columns = select(0, TW, rows > 0);
  // rolled
  for (var r = 0; r < rows; r += SIDE) {
    // rolled
    for (var j0 = 0; j0 < columns; j0 += JB) {
      for (var j = 0; j < JB; j += SIDE) {
        var bias: array<f32, SIDE * SIDE * BIASES>;
        for (var a = 0; a < SIDE * SIDE; a++) {
          for (var l = 0; l < BIASES; l++) {
            let f = f0 + min(lane + l * LANES, TF - 1);
            bias[a * BIASES + l] =
              b[(f * HO + row0 + r + a / SIDE) * WO + column0 + j0 + j + a % SIDE];
          }
        }
        for (var q = 0; q < TQ; q++) {
          var value = vec4f(select(-3.4e38, 0.0, RELU == 1));
          for (var a = 0; a < SIDE * SIDE; a++) {
            var sums = sum[(a / SIDE * TW + j + a % SIDE) * TQ + q];
            for (var f = 0; f < 4; f++) {
              sums[f] += subgroupBroadcast(
                bias[a * BIASES + (q * 4 + f) / LANES], u32((q * 4 + f) % LANES));
            }
            value = max(value, sums);
          }
          value = transposed(value, lane);
          if (n - lane % 4 < N) {
            let f = f0 + q * 4 + lane % 4;
            let position = (f * (HO / SIDE) + r / SIDE) * (WO / SIDE) + (j0 + j) / SIDE;
            y[(position * N + corner) / 4] = value;
          }
        }
      }
      for (var t = 0; t < (TR * TW - JB) * TQ; t++) { sum[t] = sum[t + JB * TQ]; }
    }
    for (var t = 0; t < (SIDE - 1) * (TR - 1) * TW * TQ; t++) { sum[t] = sum[t + TW * TQ]; }
  }
}
