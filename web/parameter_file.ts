/** Parameters of a network: those that are beside the page, or somebody's own. */
import "./dom.ts";
import { messageOf, quoted, UserError } from "../lib/errors.ts";
import { parseSafetensors } from "../lib/formats/safetensors_bytes.ts";
import type { Safetensors, SafetensorsHeader } from "../lib/formats/safetensors_header.ts";
import type { Model } from "../lib/galaxy/model.ts";
import { KNOWN_MODELS } from "../lib/galaxy/models/all.ts";
import { demoModel } from "../lib/demo/model.ts";
import { parameterShapes } from "../lib/galaxy/walk.ts";
import {
  checkTensors,
  notFiniteText,
  requireFinite,
  widened,
} from "../lib/runs/expected_tensors.ts";
import { modelInFile } from "../lib/runs/model_in_file.ts";
import type { ParameterValues, Trained } from "../lib/runs/trained.ts";

/** The shipped parameters, beside the page. */
const SHIPPED = "compact.safetensors";

/** Whether a file is one of parameters, by its name. */
export function holdsParameters(name: string): boolean {
  return /\.safetensors$/i.test(name);
}

/**
 * Reads the parameters of one of the models.
 * @throws UserError when the file is damaged, of no model that is known, or of one that needs more than
 * a picture
 */
export async function readParameterBytes(bytes: Uint8Array, name: string): Promise<Trained> {
  let model: Model | undefined;
  const file = parseSafetensors(bytes, name, (header) => {
    model = modelInFile(name, header, wholeModel(name, header), undefined);
    if (model.preparation !== undefined) {
      throw new UserError(
        `${name} is of ${model.name}, which looks at galaxies that are centred by their ` +
          "measurements (docs/augmentation.md §8); this page has no such",
      );
    }
    checkTensors(name, header, { model: model.name, wanted: parameterShapes(model) });
  });
  const { tensors } = file;
  await requireIntact(name, file);
  requireFinite(name, [...tensors].flatMap(([tensor, { data }]) => notFiniteText(tensor, data)));
  const parameters = [...tensors].map(([tensor, { shape, data }]) =>
    [tensor, { shape, data: widened(data) as Float32Array }] as const
  );
  return { model: model!, parameters: new Map<string, ParameterValues>(parameters) };
}

function wholeModel(name: string, { metadata: { model } }: SafetensorsHeader): Model {
  const found = [demoModel, ...KNOWN_MODELS].find(({ name }) => name === model);
  if (found) return found;
  const what = model === undefined ? "does not say of which model it is" : `is of ${quoted(model)}`;
  throw new UserError(
    `${name} ${what}. This page takes parameters of this project's models, as its trainings write them`,
  );
}

/** Compares the values with the digest of `contentDigest`, which trainings write beside them. */
async function requireIntact(name: string, { tensors, metadata: { provenance } }: Safetensors) {
  const written = /"content":"([0-9a-f]{64})"/.exec(provenance ?? "")?.[1];
  if (written === undefined) return;
  const parts = [...tensors].flatMap(([tensor, { shape, data }]) => [
    JSON.stringify([tensor, data.constructor.name, shape]),
    data as BlobPart,
  ]);
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  if (hex.join("") === written) return;
  throw new UserError(
    `${name} is damaged: its values are not those that were written. Fetch or copy it again`,
  );
}

/** Fetches the shipped parameters. @throws UserError when they are not there */
export async function shippedParameters(): Promise<Trained> {
  let response: Response;
  try {
    response = await fetch(SHIPPED);
  } catch (error) {
    throw new UserError(`${SHIPPED} could not be fetched: ${messageOf(error)}`);
  }
  if (!response.ok) {
    throw new UserError(
      `${SHIPPED} could not be fetched (${response.status}). It belongs into the folder of the page`,
    );
  }
  return await readParameterBytes(new Uint8Array(await response.arrayBuffer()), SHIPPED);
}
