/** The trained parameters of a model, to be written in other formats; needs no GPU. */
import { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import { type PlainLayer, plainLayers } from "../galaxy/plain_layers.ts";
import { parameterShapes } from "../galaxy/walk.ts";
import type { Provenance } from "../provenance.ts";
import { type LoadOptions, type ParameterValues, readOwn } from "../runs/trained.ts";

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

export interface TrainedParameter extends ParameterValues {
  readonly name: string;
}

/**
 * Reads the parameters of a model, or of a narrowed copy of it.
 * @param width the share of its filters and units; by default the one that the file has
 * @throws UserError as `readOwn` does
 */
export async function readTrained(
  path: string,
  whole: Model,
  options: LoadOptions & { readonly width?: number | undefined },
): Promise<TrainedModel> {
  const { model, parameters, provenance, digest } = await readOwn(path, {
    ...options,
    model: whole,
  });
  const named = parameterShapes(model).map(({ name }) => ({ name, ...parameters.get(name)! }));
  return { model, layers: plainLayers(model), parameters: named, provenance, digest };
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
