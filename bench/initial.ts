/** Parameters to measure with. */
import type { GalaxyNetwork } from "../lib/galaxy/network.ts";
import { elements, type Parameter } from "../lib/nn/layer.ts";
import { Random } from "../lib/random.ts";

const random = new Random(1, "test");
/** Normal numbers that repeat: drawing each of 42 million takes seconds, and times do not care. */
const BLOCK = Float32Array.from({ length: 1_000_003 }, () => random.normal(0, 1));

/** Values as at the start of a training, (as in files); weights repeat after a million. */
export function startValues({ shape, initialisation }: Parameter): Float32Array {
  const values = new Float32Array(elements(shape));
  if ("constant" in initialisation) return values.fill(initialisation.constant);
  for (let first = 0; first < values.length; first += BLOCK.length) {
    values.set(BLOCK.subarray(0, values.length - first), first);
  }
  return values.map((value) => value * initialisation.deviation);
}

/** Gives all parameters of a network their start values. */
export function setStartValues(network: GalaxyNetwork) {
  for (const parameter of network.parameters) {
    network.set(parameter, "value", startValues(parameter));
  }
}
