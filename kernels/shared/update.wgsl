// An update by Nesterov momentum (docs/network.md §9) of four parameters w with velocities v, by
// their gradients g:
//   v ← MOMENTUM·v − η·g      w ← w + MOMENTUM·v − η·g, with the new v
// lib/nn/optimiser.ts says which kernels carry it.
struct Updated { w: vec4f, v: vec4f }

fn updated(w: vec4f, v: vec4f, g: vec4f, learning_rate: f32) -> Updated {
  let step = learning_rate * g;
  let velocity = MOMENTUM * v - step;
  return Updated(w + (MOMENTUM * velocity - step), velocity);
}
