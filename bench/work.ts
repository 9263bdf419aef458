/** How much work the dispatches of a network do. */
import type { Dispatch } from "../lib/gpu/kernel.ts";
import { describe } from "../lib/galaxy/describe.ts";
import type { Model } from "../lib/galaxy/model.ts";

/** Dispatches of a program that do one thing together, as the panels of a large dense layer. */
export interface Step {
  /** As `conv2 forward`. */
  readonly label: string;
  readonly dispatches: readonly Dispatch[];
  /** Products of weights for the whole minibatch; 0 where a step has none. */
  readonly multiplyAdds: number;
  /** Bytes of all bindings, each counted once: what has to be read or written at least. */
  readonly bytes: number;
}

/**
 * The dispatches of a program for minibatches of `batch`, by label. A layer's products are needed
 * forward, for the gradient of its input and for the gradient of its weights. Only what the
 * declaration asks for counts, not the padding that is stored.
 */
export function stepsOf(model: Model, batch: number, dispatches: readonly Dispatch[]): Step[] {
  const products = new Map(
    describe(model).layers.map(({ name, multiplyAdds }) => [name, multiplyAdds * batch]),
  );
  const byLabel = Map.groupBy(dispatches, ({ label }) => label);
  return [...byLabel].map(([label, group]) => ({
    label,
    dispatches: group,
    multiplyAdds: products.get(layerOf(label, byLabel)) ?? 0,
    bytes: group.reduce((sum, { bindings }) => sum + bindingBytes(bindings), 0),
  }));
}

/** The layer whose products a step computes; none for most steps. */
function layerOf(label: string, labels: ReadonlyMap<string, unknown>): string {
  const product = /^(\w+) (?:forward|input gradient|weight gradient)$/.exec(label);
  if (product) return product[1];
  // The gradient of dense weights is computed where they are updated.
  const update = /^(\w+)\.weight update$/.exec(label);
  return update && !labels.has(`${update[1]} weight gradient`) ? update[1] : "";
}

function bindingBytes(bindings: Dispatch["bindings"]): number {
  return bindings.reduce((sum, { size }) => sum + size, 0);
}

/** What makes two steps the same: their kernels with all constants. */
export function keyOf({ dispatches }: Step): string {
  return JSON.stringify(dispatches.map(({ kernel, constants }) => [kernel.name, constants]));
}
