// Products of a dense layer over a panel of its inputs, in SPLITS sums that `dense/output` adds up.
//   x (K, B)   w (K, O)   partial (≥ FIRST + SPLITS, O, B), written from FIRST on
//   partial[FIRST + s,o,b] = Σ w[k,o] · x[k,b]   over the k of split s
// The formula of `naive`, for GPUs. An invocation keeps TO outputs of TB examples in registers, so that
// each weight serves TB examples. Invocations side by side (LANES) run over o and read neighbouring
// weights, TK rows together so that many loads are under way, and then the inputs of a row together.
// SLICES of a split share a workgroup and add up in its memory, TS sums at a time: so many more partial
// sums in global memory would take as long to write and read as the weights of a small layer. B is a
// multiple of 4.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> partial: array<vec4f>;
const TQ = TO / 4;
const SUMS = TB * TQ;
const STEPS = K / TK;
const PARTS = SPLITS * SLICES;
var<workgroup> tree: array<vec4f, TS * LANES * max(1, SLICES / 2)>;

@compute @workgroup_size(SLICES * LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = i32(local.x) % LANES;
  let slice = i32(local.x) / LANES;
  let o0 = (i32(group.x) * LANES + lane) * TO;
  let outputs = min(o0, O - TO) / 4; // every invocation must take part
  let b0 = i32(group.y) * TB;
  let split = i32(group.z);
  let range = split * SLICES + slice;
  var sum: array<vec4f, SUMS>;
  // rolled
  for (var k = range * STEPS / PARTS * TK; k < (range + 1) * STEPS / PARTS * TK; k += TK) {
    var weights: array<vec4f, TK * TQ>;
    for (var t = 0; t < TK; t++) {
      for (var q = 0; q < TQ; q++) {
        weights[t * TQ + q] = w[(k + t) * (O / 4) + outputs + q];
      }
    }
    for (var t = 0; t < TK; t++) {
      var inputs: array<vec4f, TB / 4>;
      for (var b = 0; b < TB / 4; b++) {
        inputs[b] = x[(k + t) * (B / 4) + b0 / 4 + b];
      }
      for (var b = 0; b < TB; b++) {
        for (var q = 0; q < TQ; q++) {
          sum[b * TQ + q] =
            fma(vec4f(inputs[b / 4][b % 4]), weights[t * TQ + q], sum[b * TQ + q]);
        }
      }
    }
  }
  // rolled
  for (var half = SLICES / 2; half > 0; half /= 2) {
    for (var first = 0; first < SUMS; first += TS) {
      if (slice >= half && slice < 2 * half) {
        for (var s = 0; s < TS; s++) {
          tree[(s * half + slice - half) * LANES + lane] = sum[first + s];
        }
      }
      workgroupBarrier();
      if (slice < half) {
        for (var s = 0; s < TS; s++) {
          sum[first + s] += tree[(s * half + slice) * LANES + lane];
        }
      }
      workgroupBarrier();
    }
  }
  if (slice > 0 || o0 >= O) { return; }
  for (var o = 0; o < TO; o++) {
    for (var b = 0; b < TB; b += 4) {
      partial[(((FIRST + split) * O + o0 + o) * B + b0 + b) / 4] = vec4f(
        sum[b * TQ + o / 4][o % 4], sum[(b + 1) * TQ + o / 4][o % 4],
        sum[(b + 2) * TQ + o / 4][o % 4], sum[(b + 3) * TQ + o / 4][o % 4]);
    }
  }
}
