// Products of a dense layer over a panel of its inputs, in SPLITS sums that `dense/output` adds up.
//   x (K, B)   w (K, O)   partial (≥ FIRST + SPLITS, O, B), written from FIRST on
//   partial[FIRST + s,o,b] = Σ w[k,o] · x[k,b]   over the k of split s
// The formula of `naive`, for any batch and adapter. An invocation keeps TO outputs of TB examples in
// registers, so that each input serves TO outputs and each weight TB examples. Invocations side by
// side (LANES) run over o and read neighbouring weights.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partial: array<f32>;
const TQ = TO / 4;
const FOURS = TB / 4 * (1 - min(1, B % 4 + TB % 4)); // vec4s of examples, where the batch comes in them

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let o0 = i32(group.x * LANES + lane.x) * TO;
  if (o0 >= O) { return; }
  let b0 = i32(group.y) * TB;
  let split = i32(group.z);
  var sum: array<vec4f, TB * TQ>;
  // rolled
  for (var k = split * K / SPLITS; k < (split + 1) * K / SPLITS; k++) {
    var weights: array<vec4f, TQ>;
    for (var q = 0; q < TQ; q++) {
      weights[q] = w[(k * O + o0) / 4 + q];
    }
    let at = k * B + b0;
    for (var e = 0; e < FOURS; e++) {
      let inputs = x[at / 4 + e];
      for (var b = e * 4; b < e * 4 + 4; b++) {
        for (var q = 0; q < TQ; q++) {
          sum[b * TQ + q] = fma(vec4f(inputs[b % 4]), weights[q], sum[b * TQ + q]);
        }
      }
    }
    for (var b = FOURS * 4; b < TB; b++) {
      let input = vec4f(x[(at + b) / 4][(at + b) % 4]);
      for (var q = 0; q < TQ; q++) {
        sum[b * TQ + q] = fma(input, weights[q], sum[b * TQ + q]);
      }
    }
  }
  for (var o = 0; o < TO; o++) {
    for (var b = 0; b < TB; b++) {
      partial[((FIRST + split) * O + o0 + o) * B + b0 + b] = sum[b * TQ + o / 4][o % 4];
    }
  }
}
