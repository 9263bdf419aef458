/** The reference of `kernels/galaxy/advance.wgsl`. */

/** `struct State` of the kernels. */
export interface State {
  readonly slot: number;
  readonly minibatch: number;
  readonly step: number;
  readonly learningRate: number;
}

/** The state after a minibatch. */
export function advance({ slot, minibatch, step, learningRate }: State): State {
  return { slot: slot + 1, minibatch: minibatch + 1, step: step + 1, learningRate };
}
