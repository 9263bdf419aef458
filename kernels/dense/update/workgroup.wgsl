// Gradient of a dense layer's weights over a panel of its inputs, and their update, in one.
//   x (K, B)   dy (O, B)   w, v (K, O)
//   g[k,o] = Σ_b x[k,b] · dy[o,b]      w, v ← updated(w, v, g, η): see `shared/update`
// The formula of `naive`, for GPUs. An invocation keeps the errors dy of TO outputs, of all examples, in
// registers for TK inputs. Invocations side by side (LANES) run over o and read neighbouring weights
// and velocities, TR rows together so that many loads are under way: what bounds it is memory. Errors
// and inputs come as vec4s of examples, all of a row together, where the batch is a multiple of 4.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> dy: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> w: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> v: array<vec4f>;
const TQ = TO / 4;
const FOURS = B / 4 * (1 - min(1, B % 4)); // vec4 of examples, where the batch comes in them

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) lane: vec3u) {
  let o0 = i32(group.x * LANES + lane.x) * TO;
  if (o0 >= O) { return; }
  var errors: array<vec4f, B * TQ>;
  for (var q = 0; q < TQ; q++) {
    for (var e = 0; e < FOURS; e++) {
      let at = (o0 + q * 4) * (B / 4) + e;
      let four = transpose(mat4x4f(dy[at], dy[at + B / 4], dy[at + B / 2], dy[at + B / 4 * 3]));
      for (var b = 0; b < 4; b++) {
        errors[(e * 4 + b) * TQ + q] = four[b];
      }
    }
    for (var b = FOURS * 4; b < B; b++) {
      var error: vec4f;
      for (var o = 0; o < 4; o++) {
        let at = (o0 + q * 4 + o) * B + b;
        error[o] = dy[at / 4][at % 4];
      }
      errors[b * TQ + q] = error;
    }
  }
  let rate = state.learning_rate;
  let end = min(K, (i32(group.y) + 1) * TK);
  // rolled
  for (var k = i32(group.y) * TK; k < end; k += TR) {
    var weights: array<vec4f, TR * TQ>;
    var velocities: array<vec4f, TR * TQ>;
    for (var r = 0; r < TR; r++) {
      for (var q = 0; q < TQ; q++) {
        weights[r * TQ + q] = w[((k + r) * O + o0) / 4 + q];
        velocities[r * TQ + q] = v[((k + r) * O + o0) / 4 + q];
      }
    }
    // Initialised in so many words: naga 29 does not clear a variable that a loop declares again.
    var gradient = array<vec4f, TR * TQ>();
    for (var r = 0; r < TR; r++) {
      var inputs: array<vec4f, max(1, FOURS)>;
      for (var e = 0; e < FOURS; e++) {
        inputs[e] = x[(k + r) * (B / 4) + e];
      }
      for (var b = 0; b < FOURS * 4; b++) {
        for (var q = 0; q < TQ; q++) {
          gradient[r * TQ + q] =
            fma(vec4f(inputs[b / 4][b % 4]), errors[b * TQ + q], gradient[r * TQ + q]);
        }
      }
      for (var b = FOURS * 4; b < B; b++) {
        let at = (k + r) * B + b;
        let input = vec4f(x[at / 4][at % 4]);
        for (var q = 0; q < TQ; q++) {
          gradient[r * TQ + q] = fma(input, errors[b * TQ + q], gradient[r * TQ + q]);
        }
      }
      for (var q = 0; q < TQ; q++) {
        let after =
          updated(weights[r * TQ + q], velocities[r * TQ + q], gradient[r * TQ + q], rate);
        w[((k + r) * O + o0) / 4 + q] = after.w;
        v[((k + r) * O + o0) / 4 + q] = after.v;
      }
    }
  }
}
