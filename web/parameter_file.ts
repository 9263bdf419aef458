/** Parameters of a network: those that are beside the page, or somebody's own. */
import "./dom.ts";
import { messageOf, UserError } from "../lib/errors.ts";
import { parseSafetensors } from "../lib/formats/safetensors_bytes.ts";
import type { Model } from "../lib/galaxy/model.ts";
import { demoModel } from "../lib/demo/model.ts";
import { parameterShapes } from "../lib/galaxy/walk.ts";
import {
  checkTensors,
  notFiniteText,
  requireFinite,
  widened,
} from "../lib/runs/expected_tensors.ts";
import { modelInFile, namedModel } from "../lib/runs/model_in_file.ts";
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
export function readParameterBytes(bytes: Uint8Array, name: string): Trained {
  let model: Model | undefined;
  const { tensors } = parseSafetensors(bytes, name, (header) => {
    const whole = header.metadata.model === demoModel.name ? demoModel : namedModel(name, header);
    model = modelInFile(name, header, whole, undefined);
    if (model.preparation !== undefined) {
      throw new UserError(
        `${name} is of ${model.name}, which looks at galaxies that are centred by their ` +
          "measurements (docs/augmentation.md §8); this page has no such",
      );
    }
    checkTensors(name, header, { model: model.name, wanted: parameterShapes(model) });
  });
  requireFinite(name, [...tensors].flatMap(([tensor, { data }]) => notFiniteText(tensor, data)));
  const parameters = [...tensors].map(([tensor, { shape, data }]) =>
    [tensor, { shape, data: widened(data) as Float32Array }] as const
  );
  return { model: model!, parameters: new Map<string, ParameterValues>(parameters) };
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
  return readParameterBytes(new Uint8Array(await response.arrayBuffer()), SHIPPED);
}
