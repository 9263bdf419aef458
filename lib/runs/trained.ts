/** The reader of parameter files: which model they are of, how wide it is, and its parameters. */
import type { Model } from "../galaxy/model.ts";
import { parameterShapes } from "../galaxy/walk.ts";
import { modelMark } from "../marks.ts";
import { type Provenance, requireOrigin } from "../provenance.ts";
import { modelInFile, namedModel } from "./model_in_file.ts";
import { loadExpected } from "./tensor_files.ts";

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

/** The same from a file. */
export interface TrainedFile extends Trained {
  /** `undefined` where the file does not say. */
  readonly provenance: Provenance | undefined;
  /** Digest of the parameters. */
  readonly digest: string;
}

export interface ReadOptions {
  /** What the parameters have to fit; by default the model of ours that the file names. */
  readonly model?: Model | undefined;
  /** The share of its filters and units that somebody asks for; by default the one that fits. */
  readonly width?: number | undefined;
}

/**
 * Reads the parameters of a model, or of a narrowed copy of it. What else the file says of its origin
 * is not judged.
 * @throws UserError when the file is missing or damaged, holds numbers that are not finite, or others
 * than the model's, with both widths where it is only these that differ
 */
export async function readTrained(
  path: string,
  { model, width }: ReadOptions = {},
): Promise<TrainedFile> {
  let found: Model | undefined;
  const { tensors, provenance, digest } = await loadExpected(path, "parameters", (header) => {
    const whole = model ?? namedModel(path, header);
    found = modelInFile(path, header, whole, width);
    return { model: found.name, wanted: parameterShapes(found) };
  });
  const parameters = tensors as ReadonlyMap<string, ParameterValues>;
  return { model: found!, parameters, provenance, digest };
}

/** Whether a file is taken that does not say what it was made from. */
export interface LoadOptions {
  readonly acceptUnmarked: boolean;
  warn(text: string): void;
}

/**
 * Reads parameters that were trained as those of a model.
 * @throws UserError as `readTrained` does, and when the file is of another model with the same layers,
 * or does not say what it was made from
 */
export async function readOwn(
  path: string,
  options: ReadOptions & { readonly model: Model } & LoadOptions,
): Promise<TrainedFile> {
  const { acceptUnmarked: accept, warn } = options;
  const file = await readTrained(path, options);
  const advice = "Name the parameters of this model, or use the task of the other";
  const wanted = { model: modelMark(file.model) };
  await requireOrigin(path, file.provenance, wanted, advice, { accept, warn });
  return file;
}
