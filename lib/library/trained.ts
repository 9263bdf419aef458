/** Models with their parameters, in memory and as safetensors files. */
import { quoted, UserError } from "../errors.ts";
import { writeSafetensors } from "../formats/safetensors.ts";
import { type Model, narrowed } from "../galaxy/model.ts";
import { KNOWN_MODELS } from "../galaxy/models/all.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { modelMark } from "../marks.ts";
import { requireSame } from "../provenance.ts";
import { readTensors, widened } from "../runs/tensor_files.ts";

/** The numbers of a parameter. */
export interface ParameterValues {
  /** As PyTorch has them: (out, in, k, k), (out, height, width), (out, in) or (out). */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** A model and its parameters. */
export interface Trained {
  /** What the parameters are of. */
  readonly model: Model;
  /** By name, as `conv1.weight`. */
  readonly parameters: ReadonlyMap<string, ParameterValues>;
}

/**
 * Reads a safetensors file of parameters: `params.safetensors` of a training, what `writeParameters` wrote,
 * or any file with the same names and shapes (docs/models.md §2).
 * @param path the file
 * @param model what they are of; by default the one of ours that the file names, `narrowed` if the
 * file's first dense layer is
 * @returns the model and its parameters; whether their shapes fit is checked when they are used
 * @throws UserError when the file is missing, damaged, made for another model or for none that is known,
 * or holds numbers that are not finite
 */
export async function readParameters(path: string, model?: Model): Promise<Trained> {
  let named: string | undefined;
  const file = await readTensors(path, "parameters", ({ metadata }) => named = metadata.model);
  const [sick] = file.sick;
  if (sick) throw new UserError(`${path} cannot be used: ${sick}`);
  const known = model ?? ofThisWidth(KNOWN_MODELS.find(({ name }) => name === named), file.tensors);
  if (!known) {
    const what = named === undefined ? "does not name a model" : `is of a model ${quoted(named)}`;
    throw new UserError(`${path} ${what}, so its model has to be given`);
  }
  if (file.provenance) {
    const advice = "Give the model that it was made for";
    await requireSame(path, file.provenance, { model: modelMark(known) }, advice);
  }
  const parameters = new Map<string, ParameterValues>();
  for (const [name, { shape, data }] of file.tensors) {
    const wide = widened(data);
    if (!(wide instanceof Float32Array)) {
      throw new UserError(`${path}: ${quoted(name)} does not hold floating-point numbers`);
    }
    parameters.set(name, { shape, data: wide });
  }
  return { model: known, parameters };
}

/** A model with as large a share of its units as a file's tensors have. */
function ofThisWidth(
  model: Model | undefined,
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): Model | undefined {
  const first = model?.layers.find((layer) => layer.type === "dense");
  if (model === undefined || first === undefined) return model;
  const units = tensors.get(`${first.name}.weight`)?.shape[0] ?? first.units;
  return narrowed(model, units / first.units);
}

/**
 * Writes parameters as a safetensors file, which PyTorch reads too; atomically.
 * @param path the file, which is replaced if there is one
 * @throws UserError when it cannot be written
 */
export async function writeParameters(path: string, { model, parameters }: Trained): Promise<void> {
  const tensors = [...parameters].map(([name, { shape, data }]) => ({ name, shape, data }));
  await writeSafetensors(path, tensors, { format: "pt", model: model.name });
}

/** Hands parameters to a network. @throws UserError when they are of another one */
export function setParameters(network: GalaxyNetwork, { model, parameters }: Trained) {
  const known = new Set(network.parameters.map(({ name }) => name));
  const other = [...parameters.keys()].find((name) => !known.has(name));
  if (other !== undefined) throw new UserError(`${model.name} has no parameter ${quoted(other)}`);
  for (const parameter of network.parameters) {
    const { name, shape } = parameter;
    const values = parameters.get(name);
    if (values?.shape.join() !== shape.join() || values.data.length !== product(shape)) {
      const given = values ? `given is (${values.shape.join(", ")})` : "which is not given";
      throw new UserError(`${model.name} needs ${name} (${shape.join(", ")}), ${given}`);
    }
    network.set(parameter, "value", values.data);
  }
}

function product(shape: readonly number[]): number {
  return shape.reduce((result, length) => result * length, 1);
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
