// Multiply-adds between registers and nothing else: how fast this adapter computes.
//   x (2): factor and summand   y (invocations)
// CHAINS independent vectors, each ITERATIONS times 16 multiply-adds long.
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let factor = x[0];
  let summand = x[1];
  var chain: array<vec4f, CHAINS>;
  for (var c = 0; c < CHAINS; c++) {
    chain[c] = vec4f(f32(c));
  }
  // rolled
  for (var iteration = 0; iteration < ITERATIONS; iteration++) {
    for (var i = 0; i < 16; i++) {
      for (var c = 0; c < CHAINS; c++) {
        chain[c] = fma(chain[c], factor, summand);
      }
    }
  }
  var sum = vec4f(0);
  for (var c = 0; c < CHAINS; c++) {
    sum += chain[c];
  }
  y[element(id, groups)] = sum;
}
