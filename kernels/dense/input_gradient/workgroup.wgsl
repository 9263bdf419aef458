// Gradient of a dense layer with respect to a panel of its inputs.
//   dy (O, B)   w (K, O)   dx (K, B)
//   dx[k,b] = Σ_o w[k,o] · dy[o,b]
// The formula of `naive`, for GPUs. The sum runs along the rows of w: invocations side by side over k
// would each read a row of their own, all lines of memory at once. So a workgroup reads TK rows of w
// and TB examples of dy in whole lines, TO outputs at a time, into its memory, and the next ones into
// registers while it works. There invocations take MK inputs × four examples × one of SLICES slices of
// the outputs, which add up at the end. B is a multiple of 4.
@group(0) @binding(0) var<storage, read> dy: array<vec4f>;
@group(0) @binding(1) var<storage, read> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> dx: array<vec4f>;
const STEP = TO / 4; // outputs, in vec4
const PITCH = STEP + 1; // one more per row: neighbouring rows then begin in other banks
const EXAMPLES = TB / 4; // in vec4
const ROWS = TK / MK; // invocations side by side along k
const LANES = EXAMPLES * ROWS * SLICES;
const WEIGHT_LOADS = (TK * STEP + LANES - 1) / LANES;
const ERROR_LOADS = (TO * EXAMPLES + LANES - 1) / LANES;
var<workgroup> weights: array<vec4f, max(TK * PITCH, MK * max(1, LANES / 2))>; // the tree's at last
var<workgroup> errors: array<vec4f, TO * EXAMPLES>;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let me = i32(local.x);
  let example = me % EXAMPLES;
  let row = me / EXAMPLES % ROWS;
  let slice = me / (EXAMPLES * ROWS);
  let k0 = i32(group.x) * TK;
  let b0 = i32(group.y) * EXAMPLES;
  var sum: array<vec4f, MK>;
  // An iteration fetches the outputs from o on, and works on those that the one before fetched.
  // rolled
  for (var o = 0; o < O + TO; o += TO) {
    var nextWeights: array<vec4f, WEIGHT_LOADS>;
    var nextErrors: array<vec4f, ERROR_LOADS>;
    for (var l = 0; l < WEIGHT_LOADS; l++) {
      let at = me + l * LANES;
      nextWeights[l] = w[min(k0 + at / STEP, K - 1) * (O / 4) + min(o / 4 + at % STEP, O / 4 - 1)];
    }
    for (var l = 0; l < ERROR_LOADS; l++) {
      let at = me + l * LANES;
      let output = o + at / EXAMPLES;
      let error = dy[min(output, O - 1) * (B / 4) + b0 + at % EXAMPLES];
      nextErrors[l] = select(vec4f(), error, output < O);
    }
    if (o > 0) {
      // rolled
      for (var four = slice; four < STEP; four += SLICES) {
        var error: array<vec4f, 4>;
        for (var i = 0; i < 4; i++) {
          error[i] = errors[(four * 4 + i) * EXAMPLES + example];
        }
        for (var t = 0; t < MK; t++) {
          let weight = weights[(row + t * ROWS) * PITCH + four];
          for (var i = 0; i < 4; i++) {
            sum[t] = fma(vec4f(weight[i]), error[i], sum[t]);
          }
        }
      }
    }
    workgroupBarrier();
    for (var l = 0; l < WEIGHT_LOADS; l++) {
      let at = me + l * LANES;
      if (at < TK * STEP) { weights[at / STEP * PITCH + at % STEP] = nextWeights[l]; }
    }
    for (var l = 0; l < ERROR_LOADS; l++) {
      let at = me + l * LANES;
      if (at < TO * EXAMPLES) { errors[at] = nextErrors[l]; }
    }
    workgroupBarrier();
  }
  // rolled
  for (var half = SLICES / 2; half > 0; half /= 2) {
    let lower = me - half * ROWS * EXAMPLES;
    if (slice >= half && slice < 2 * half) {
      for (var t = 0; t < MK; t++) {
        weights[lower * MK + t] = sum[t];
      }
    }
    workgroupBarrier();
    if (slice < half) {
      for (var t = 0; t < MK; t++) {
        sum[t] += weights[me * MK + t];
      }
    }
    workgroupBarrier();
  }
  for (var t = 0; t < MK; t++) {
    let k = k0 + row + t * ROWS;
    if (slice == 0 && k < K) {
      dx[k * (B / 4) + b0 + example] = sum[t];
    }
  }
}
