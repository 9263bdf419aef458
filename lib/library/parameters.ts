/** Parameters between memory and a network. */
import { quoted, UserError } from "../errors.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { elements } from "../nn/layer.ts";
import type { ParameterValues, Trained } from "../runs/trained.ts";

/** Hands parameters to a network. @throws UserError when they are of another one */
export function setParameters(network: GalaxyNetwork, { model, parameters }: Trained) {
  const known = new Set(network.parameters.map(({ name }) => name));
  const other = [...parameters.keys()].find((name) => !known.has(name));
  if (other !== undefined) throw new UserError(`${model.name} has no parameter ${quoted(other)}`);
  for (const parameter of network.parameters) {
    const { name, shape } = parameter;
    const values = parameters.get(name);
    if (values?.shape.join() !== shape.join() || values.data.length !== elements(shape)) {
      const given = values ? `given is (${values.shape.join(", ")})` : "which is not given";
      throw new UserError(`${model.name} needs ${name} (${shape.join(", ")}), ${given}`);
    }
    network.set(parameter, "value", values.data);
  }
}

/** The parameters of a network as they are now. */
export async function parametersOf(network: GalaxyNetwork): Promise<Trained> {
  const parameters = new Map<string, ParameterValues>();
  for (const parameter of network.parameters) {
    const data = await network.get(parameter, "value");
    parameters.set(parameter.name, { shape: parameter.shape, data });
  }
  return { model: network.model, parameters };
}
