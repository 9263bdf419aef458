/** Which model a file of parameters is of, and how wide it is: browsers read files by this too. */
import { quoted, UserError } from "../errors.ts";
import type { SafetensorsHeader } from "../formats/safetensors_header.ts";
import { type Model, narrowed } from "../galaxy/model.ts";
import { KNOWN_MODELS } from "../galaxy/models/all.ts";
import { parameterShapes } from "../galaxy/walk.ts";

/** The model of ours that a file names. @throws UserError when it names none */
export function namedModel(path: string, { metadata: { model: named } }: SafetensorsHeader): Model {
  const known = KNOWN_MODELS.find(({ name }) => name === named);
  if (known) return known;
  const what = named === undefined ? "does not name a model" : `is of a model ${quoted(named)}`;
  throw new UserError(`${path} ${what}, so its model has to be given`);
}

/** The model of the width that is asked for, or else the one that the file has. */
export function modelInFile(
  path: string,
  header: SafetensorsHeader,
  whole: Model,
  asked: number | undefined,
): Model {
  const shapes = new Map(header.entries.map(({ name, shape }) => [name, shape.join()]));
  const fits = (model: Model) =>
    parameterShapes(model).every(({ name, shape }) => shapes.get(name) === shape.join());
  const wanted = narrowed(whole, asked ?? 1);
  if (fits(wanted)) return wanted;
  const share = shareOf(whole, header);
  const found = share > 0 && share <= 1 ? narrowed(whole, share) : wanted;
  // Of another model: it will be told which tensor differs.
  if (!fits(found)) return wanted;
  if (asked === undefined) return found;
  throw new UserError(
    `${path} holds ${whole.name} at width ${found.width ?? 1}, and width ${asked} was asked for. ` +
      "Leave --width out: the file says how wide its network is",
  );
}

/**
 * The share of a model that a file has: as it says, or else, where it names no other model, by the
 * units of its first dense layer.
 */
function shareOf(
  { name, layers, width = 1 }: Model,
  { entries, metadata }: SafetensorsHeader,
): number {
  if (metadata.width !== undefined) return Number(metadata.width) / width;
  if (metadata.model !== undefined && metadata.model !== name) return 1;
  const dense = layers.find((layer) => layer.type === "dense" && layer.name !== "output");
  if (dense?.type !== "dense") return 1;
  const weight = entries.find(({ name }) => name === `${dense.name}.weight`);
  return (weight?.shape[0] ?? dense.units) / dense.units;
}
