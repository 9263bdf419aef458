// How many numbers of a tensor are not finite: NaN or ±Infinity, the float32 numbers whose exponent
// bits are all set. Compilers fold x != x away, and max(x, 0) makes 0 of NaN.
//   values (vec4s of numbers, as bits)   count, to be added to
//   count ← count + #{ values : all exponent bits are set }
// Whole numbers, so the sum does not depend on the order in which invocations add to it.
@group(0) @binding(0) var<storage, read> values: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> count: atomic<u32>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  const EXPONENT = vec4u(0x7f800000);
  let end = i32(arrayLength(&values));
  let invocations = i32(groups.x * groups.y * LANES);
  var found = vec4u(0);
  // rolled
  for (var at = element(id, groups); at < end; at += invocations) {
    found += select(vec4u(0), vec4u(1), (values[at] & EXPONENT) == EXPONENT);
  }
  let sum = found.x + found.y + found.z + found.w;
  if (sum > 0) {
    atomicAdd(&count, sum);
  }
}
