// From four numbers for each of four lanes of a subgroup to four lanes' numbers for each, and back:
// a vector is loaded and stored for little more than a single number. Every lane must take part.
fn transposed(rows: vec4f, lane: i32) -> vec4f {
  let odd = lane % 2 == 1;
  let near = subgroupShuffleXor(select(rows.yw, rows.xz, odd), 1u);
  let pairs = select(vec4f(rows.x, near.x, rows.z, near.y),
    vec4f(near.x, rows.y, near.y, rows.w), odd);
  let high = lane % 4 > 1;
  let far = subgroupShuffleXor(select(pairs.zw, pairs.xy, high), 2u);
  return select(vec4f(pairs.xy, far), vec4f(far, pairs.zw), high);
}
