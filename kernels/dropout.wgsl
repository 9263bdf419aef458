// Dropout with rate 1/2 on the input of a dense layer, forward and backward alike.
//   x, y (COUNT)      y = 2x where the element is kept, else 0
// Element e of step t is kept where the first bit of Threefry-2x32-20 with key (KEY0, KEY1) and
// counter (t, e) is set: the same mask whenever it is asked for. lib/random.ts has the same generator.
struct State { slot: u32, minibatch: u32, step: u32, learning_rate: f32 }
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn four_rounds(a: ptr<function, u32>, b: ptr<function, u32>, rotations: vec4u) {
  for (var round = 0; round < 4; round++) {
    *a += *b;
    *b = ((*b << rotations[round]) | (*b >> (32 - rotations[round]))) ^ *a;
  }
}

fn threefry(counter: vec2u) -> u32 {
  const even = vec4u(13, 15, 26, 6);
  const odd = vec4u(17, 29, 16, 24);
  let key0 = u32(KEY0);
  let key1 = u32(KEY1);
  let key2 = 0x1bd11bdau ^ key0 ^ key1;
  var a = counter.x + key0;
  var b = counter.y + key1;
  four_rounds(&a, &b, even);
  a += key1;
  b += key2 + 1;
  four_rounds(&a, &b, odd);
  a += key2;
  b += key0 + 2;
  four_rounds(&a, &b, even);
  a += key0;
  b += key1 + 3;
  four_rounds(&a, &b, odd);
  a += key1;
  b += key2 + 4;
  four_rounds(&a, &b, even);
  return a + key2;
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) lane: vec3u,
) {
  let at = (group.y * groups.x + group.x) * LANES + lane.x;
  if (at >= COUNT) { return; }
  let kept = threefry(vec2u(state.step, at)) >> 31;
  y[at] = select(0, 2 * x[at], kept == 1);
}
