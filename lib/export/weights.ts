/** The trained parameters of a model, to be written in other formats; needs no GPU. */
import { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import { modelMark } from "../marks.ts";
import { type Provenance, requireOrigin } from "../provenance.ts";
import { loadExpected } from "../runs/tensor_files.ts";
import type { LoadOptions } from "../runs/parameter_files.ts";
import { parameterShapes, type PlainLayer, plainLayers } from "../galaxy/plain_layers.ts";

/** Types of numbers that files can hold. */
export const PRECISIONS = ["float32", "float16"] as const;
export type Precision = typeof PRECISIONS[number];

/** A model with its parameters. */
export interface TrainedModel {
  readonly model: Model;
  readonly layers: readonly PlainLayer[];
  /** In the order of the layers. */
  readonly parameters: readonly TrainedParameter[];
  readonly provenance: Provenance | undefined;
  /** Digest of the parameters. */
  readonly digest: string;
}

export interface TrainedParameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * Reads the parameters of a model.
 * @throws UserError when the file is missing, damaged, of another model or width, holds numbers that
 * are not finite, or does not say what it was made from
 */
export async function readTrained(
  path: string,
  model: Model,
  { acceptUnmarked: accept, warn }: LoadOptions,
): Promise<TrainedModel> {
  const layers = plainLayers(model);
  const wanted = parameterShapes(layers);
  const { tensors, provenance, digest } = await loadExpected(path, "parameters", {
    model: model.name,
    wanted,
  });
  const advice = "Name the parameters of this model";
  await requireOrigin(path, provenance, { model: modelMark(model) }, advice, { accept, warn });
  const parameters = wanted.map(({ name, shape }) => ({
    name,
    shape,
    data: tensors.get(name)!.data as Float32Array,
  }));
  return { model, layers, parameters, provenance, digest };
}

/**
 * Numbers as a file is to hold them.
 * @throws UserError where one is too large for half a float
 */
export function inPrecision(
  { name, data }: TrainedParameter,
  precision: Precision,
): Float32Array | Float16Array {
  if (precision === "float32") return data;
  const halves = Float16Array.from(data);
  const at = halves.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    throw new UserError(`${name} has a ${data[at]}, and float16 ends at 65504: use float32`);
  }
  return halves;
}
