/** Parameters between memory and a network. */
import { quoted, UserError } from "../errors.ts";
import { GalaxyNetwork, type NetworkOptions } from "../galaxy/network.ts";
import type { Gpu } from "../gpu/device.ts";
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

/**
 * Builds the network of parameters on a GPU.
 * @throws UserError when the parameters are not those of the model; AdapterLimitError or
 * OutOfMemoryError when the adapter does not suffice
 */
export async function buildTrained(
  gpu: Gpu,
  trained: Trained,
  options: NetworkOptions,
): Promise<GalaxyNetwork> {
  const network = await GalaxyNetwork.build(gpu, trained.model, options);
  try {
    setParameters(network, trained);
  } catch (error) {
    network.destroy();
    throw error;
  }
  return network;
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
