// The number of the element that is an invocation's. There may be more workgroups than one dimension
// of a grid can have, so they are laid out in rows (`linearGrid` in lib/nn).
fn element(id: vec3u, groups: vec3u) -> i32 {
  return i32(id.y * groups.x * LANES + id.x);
}
