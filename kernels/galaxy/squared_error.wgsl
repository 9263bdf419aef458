// Mean squared error of a minibatch over its B × 37 answers, and its gradient.
//   y, labels (SLOTS, B, 37) at the current slot   dy (B, 37)   loss (minibatches)
//   loss[minibatch] = Σ (y − labels)² / (37·B)      dy = 2 (y − labels) / (37·B)
// One workgroup, of which each invocation loads TOGETHER answers at a time.
@group(0) @binding(0) var<storage, read> state: State;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<f32>;
@group(0) @binding(3) var<storage, read_write> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> loss: array<f32>;
var<workgroup> sums: array<f32, LANES>;

@compute @workgroup_size(LANES)
fn main(@builtin(local_invocation_id) lane: vec3u) {
  const COUNT = B * ANSWERS;
  let first = i32(state.slot) * COUNT;
  var sum = 0.0;
  // rolled
  for (var at = i32(lane.x); at < COUNT; at += LANES * TOGETHER) {
    var answers: array<f32, TOGETHER>;
    var wanted: array<f32, TOGETHER>;
    for (var s = 0; s < TOGETHER; s++) {
      answers[s] = y[first + min(at + s * LANES, COUNT - 1)];
      wanted[s] = labels[first + min(at + s * LANES, COUNT - 1)];
    }
    for (var s = 0; s < TOGETHER; s++) {
      if (at + s * LANES < COUNT) {
        let difference = answers[s] - wanted[s];
        dy[at + s * LANES] = 2 * difference / f32(COUNT);
        sum += difference * difference;
      }
    }
  }
  sums[lane.x] = sum;
  workgroupBarrier();
  if (lane.x == 0) {
    var total = 0.0;
    for (var i = 0; i < LANES; i++) {
      total += sums[i];
    }
    loss[state.minibatch] = total / f32(COUNT);
  }
}
