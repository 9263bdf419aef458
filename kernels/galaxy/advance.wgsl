// The end of a minibatch: the next one reads the next slot, writes the next loss, draws new masks.
@group(0) @binding(0) var<storage, read_write> state: State;

@compute @workgroup_size(1)
fn main() {
  state.slot += 1;
  state.minibatch += 1;
  state.step += 1;
}
