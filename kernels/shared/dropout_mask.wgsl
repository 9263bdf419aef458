// The masks of dropout, for `pointwise/dropout` and `dense/output`.
// Element e of step t is kept where the first bit of Threefry-2x32-20 with key (KEY0, KEY1) and
// counter (t, e) is set: the same mask whenever it is asked for. lib/random.ts has the same generator.
fn is_kept(step: u32, element: u32) -> bool {
  return threefry(vec2u(step, element)) >> 31 == 1;
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

fn four_rounds(a: ptr<function, u32>, b: ptr<function, u32>, rotations: vec4u) {
  for (var round = 0; round < 4; round++) {
    *a += *b;
    *b = ((*b << rotations[round]) | (*b >> (32 - rotations[round]))) ^ *a;
  }
}
