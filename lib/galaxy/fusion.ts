/** Which layers of a declaration do the work of their neighbours, and where dropout stands. */
import { type LayerSpec, typeOf } from "./layers/all.ts";
import type { Fused } from "./layers/layer_type.ts";

/** A layer and what it does besides, or dropout by the number of its masks. */
export type Step =
  | { readonly layer: LayerSpec } & Fused
  | { readonly dropout: number };

export interface FusionOptions {
  readonly trainable: boolean;
  /** Whether training drops out half of the input of every dense layer. */
  readonly dropout: boolean;
}

/**
 * The steps of a network, in order. What needs a pass of its own over the data costs most of it in
 * reading and writing, so a layer does what follows it where it can:
 * - a convolution pools its outputs in a network that only predicts; where it trains, pooling needs
 *   them, and applies the gradient of their ReLU with its own;
 * - a dense layer takes the maxima of its units;
 * - a dense layer or a merging draws the dropout that a dense layer after it wants.
 * @throws Error when pooling follows anything but a convolution
 */
export function fuse(layers: readonly LayerSpec[], { trainable, dropout }: FusionOptions): Step[] {
  const drops = (layer: LayerSpec | undefined) =>
    trainable && dropout && layer !== undefined && typeOf(layer).drops === true;
  const steps: Step[] = [];
  let masks = 0;
  let dropped = false;
  const maskFor = (next: LayerSpec | undefined) => {
    dropped = next?.type === "dense" && drops(next);
    return dropped ? { mask: masks++ } : {};
  };
  for (let at = 0; at < layers.length; at++) {
    const layer = layers[at];
    if (layer.type === "maxPool" && layers[at - 1]?.type !== "conv") {
      throw new Error("pooling follows a convolution: its gradient is that of a ReLU, too");
    }
    if (drops(layer) && !dropped) steps.push({ dropout: masks++ });
    dropped = false;
    const data = steps.length === 0 ? { ofData: true } as const : {};
    if (layer.type === "conv" && layers[at + 1]?.type === "maxPool") {
      steps.push({ layer, ...data, ...(trainable ? { leavesRelu: true } : { pool: true }) });
      if (!trainable) at++;
    } else if (layer.type === "dense") {
      const maxout = layers[at + 1]?.type === "maxout";
      if (maxout) at++;
      steps.push({ layer, ...data, ...(maxout ? { maxout } : {}), ...maskFor(layers[at + 1]) });
    } else if (layer.type === "merge") {
      steps.push({ layer, ...data, ...maskFor(layers[at + 1]) });
    } else {
      steps.push({ layer, ...data });
    }
  }
  return steps;
}
