/** Initial parameters: Gaussian weights, constant biases (docs/network.md §11). */
import { Random } from "../random.ts";
import { elements, type Parameter } from "./layer.ts";

/** Values of a parameter in the layout of files: a function of the seed and its place. */
export function initialValues(parameter: Parameter, seed: number, index: number): Float32Array {
  const values = new Float32Array(elements(parameter.shape));
  const { initialisation } = parameter;
  if ("constant" in initialisation) return values.fill(initialisation.constant);
  const random = new Random(seed, "initialisation", index);
  for (let i = 0; i < values.length; i++) values[i] = random.normal(0, initialisation.deviation);
  return values;
}
