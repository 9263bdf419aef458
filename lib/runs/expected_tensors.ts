/** Whether tensors are those that somebody asked for: browsers read files by this too. */
import { quoted, UserError } from "../errors.ts";
import type { SafetensorsHeader, Tensor } from "../formats/safetensors_header.ts";

/** The tensors that a file has to hold. */
export interface ExpectedTensors {
  /** Name of the model. */
  readonly model: string;
  readonly wanted: readonly { readonly name: string; readonly shape: readonly number[] }[];
  /** Names of tensors beside those of the model. */
  readonly extra?: readonly string[];
}

/** @throws UserError when a header does not announce these tensors, or others too */
export function checkTensors(
  path: string,
  { entries, metadata }: SafetensorsHeader,
  { model, wanted, extra = [] }: ExpectedTensors,
) {
  const width = metadata.model === model ? ", perhaps with another --width" : "";
  const origin = metadata.model ? `, which was written for ${quoted(metadata.model)}${width}` : "";
  const found = new Map(entries.map((entry) => [entry.name, entry]));
  for (const { name, shape } of wanted) {
    const entry = found.get(name);
    const needs = `${path} is of another model: ${model} needs ${name} (${shape.join(", ")})`;
    if (!entry) throw new UserError(`${needs}, not in the file${origin}`);
    const floats = entry.dtype === "F32" || entry.dtype === "F16";
    if (!floats || entry.shape.join() !== shape.join()) {
      const type = floats ? "" : ` of type ${entry.dtype}`;
      throw new UserError(`${needs}, the file has (${entry.shape.join(", ")})${type}${origin}`);
    }
  }
  const known = new Set([...wanted.map(({ name }) => name), ...extra]);
  const other = entries.find(({ name }) => !known.has(name));
  if (!other) return;
  throw new UserError(`${path} is of another model: ${model} has no ${quoted(other.name)}`);
}

/** Half floats as floats; all others as they are. */
export function widened(data: Tensor["data"]): Exclude<Tensor["data"], Float16Array> {
  return data instanceof Float16Array ? Float32Array.from(data) : data;
}

/** How many values of a tensor are NaN or infinite, if any. */
export function notFiniteText(name: string, data: Tensor["data"]): string[] {
  let count = 0;
  for (let at = 0; at < data.length; at++) if (!Number.isFinite(data[at])) count++;
  if (count === 0) return [];
  const number = (value: number) => value.toLocaleString("en");
  return [
    `${quoted(name)} holds ${number(count)} of ${number(data.length)} values that are not finite`,
  ];
}

/** @throws UserError when something is not finite @param sick what `notFiniteText` says of each tensor */
export function requireFinite(path: string, [sick]: readonly string[]) {
  if (sick === undefined) return;
  throw new UserError(
    `${path} cannot be used: ${sick}. They are of a training that diverged, or were changed ` +
      "afterwards",
  );
}
