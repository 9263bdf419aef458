/** What a kind of layer is: all that the rest of the program has to know of it. */
import type { Build, Layer, Tensor } from "../../nn/layer.ts";

/** What a layer does for its neighbours, or leaves to them; nothing for most. See `fusion.ts`. */
export interface Fused {
  /** The input is the data, of which no gradient is wanted. */
  readonly ofData?: true;
  /** A convolution pools its outputs, which are not kept. */
  readonly pool?: true;
  /** A convolution leaves the gradient of its ReLU to the pooling that follows. */
  readonly leavesRelu?: true;
  /** A dense layer takes the maxima of its units. */
  readonly maxout?: true;
  /** A dense layer or a merging drops out half of its output for training, with the masks of this number. */
  readonly mask?: number;
}

/** What comes out of a layer for one example, and what that takes. */
export interface Described {
  /** Shape of the output, of one of its parts where they are still apart. */
  readonly output: readonly number[];
  /** Parts after the layer, where it changes their number. */
  readonly parts?: number;
  /** Shapes of its weights and biases as files have them, (outputs, …) each, where it has any. */
  readonly weight?: readonly number[];
  readonly bias?: readonly number[];
  /** How often each weight is used for one example. */
  readonly uses?: number;
}

/** A kind of layer, by the declaration of one. */
export interface LayerType<Spec extends { readonly type: string }> {
  readonly type: Spec["type"];
  /** Whether training drops half of its input out (docs/network.md §5). */
  readonly drops?: true;
  /** What decides its output, given its parameters: it is part of what files were made from. */
  readonly architecture: readonly Exclude<keyof Spec, "type">[];
  /** @param input shape of the input of each of so many parts */
  describe(spec: Spec, input: readonly number[], parts: number): Described;
  /**
   * The layer with a share of its filters or units; the same where it has none of its own.
   * @param next type of the layer that follows
   */
  narrow?(spec: Spec, scaled: (count: number) => number, next: string | undefined): Spec;
  make(build: Build, input: Tensor, spec: Spec, fused: Fused): Promise<Layer>;
}
