// Where a run stands, advanced by `galaxy/advance` after every minibatch: the slot of the data, the
// minibatch since the data were loaded, the update since training began, and the learning rate η.
struct State { slot: u32, minibatch: u32, step: u32, learning_rate: f32 }
