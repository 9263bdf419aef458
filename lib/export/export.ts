/** From the parameters of a training to a file for other programs. */
import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import { requireWritable } from "../files/atomic.ts";
import type { Model } from "../galaxy/model.ts";
import { ownOrShipped } from "../runs/shipped.ts";
import { writeOnnxNetwork } from "./onnx.ts";
import type { Input } from "./onnx_views.ts";
import { writeStateDict } from "./safetensors.ts";
import { type Precision, readTrained } from "./weights.ts";

export const FORMATS = ["onnx", "safetensors"] as const;
export type Format = typeof FORMATS[number];

export interface ExportOptions {
  readonly format: Format;
  /** Parameters; those of the model's own run by default, or else the shipped ones. */
  readonly params?: string | undefined;
  /** The share of its filters and units that they have; by default as their file has it. */
  readonly width?: number | undefined;
  /** Where to write; `analysis/exports/` by default. */
  readonly out?: string | undefined;
  /** What an ONNX network is given: the two views by default. */
  readonly input?: Input | undefined;
  readonly dtype: Precision;
  readonly acceptUnmarked: boolean;
  say(line: string): void;
  warn(line: string): void;
}

/**
 * Exports a model.
 * @throws UserError when the parameters cannot be used, or the file cannot be written
 */
export async function exportModel(whole: Model, options: ExportOptions) {
  const { format, dtype, say } = options;
  if (options.input !== undefined && format !== "onnx") {
    throw new UserError(
      `--input is what an ONNX network is given; a ${format} file has no network`,
    );
  }
  const input = options.input ?? "views";
  const { path: params, told } = options.params === undefined
    ? await ownOrShipped(whole.name)
    : { path: options.params, told: undefined };
  const out = options.out ?? defaultPath(whole.name, format, input, dtype);
  if (await sameFile(params, out)) {
    throw new UserError(`${out} holds the parameters themselves: choose another place with --out`);
  }
  const trained = await readTrained(params, whole, options);
  const { model } = trained;
  await requireWritable(out);
  if (format === "onnx") await writeOnnxNetwork(out, trained, { input, precision: dtype });
  else await writeStateDict(out, trained, dtype);
  const count = trained.parameters.reduce((sum, { data }) => sum + data.length, 0);
  const bytes = (await Deno.stat(out)).size;
  if (told !== undefined) say(`parameters: ${params}, ${told}`);
  const narrow = model.width === undefined ? "" : ` at width ${model.width}`;
  say(
    `${out}: ${model.name}${narrow}, ${count.toLocaleString("en")} parameters in ${dtype}, ` +
      `${(bytes / 1e6).toFixed(1)} MB${format === "onnx" ? `; input: ${input}` : ""}`,
  );
  if (model.preparation && format === "onnx" && input !== "views") {
    options.warn(
      `note: ${model.name} looks at galaxies that are centred and brought to one size first, which ` +
        "the file does not do (docs/augmentation.md §8)",
    );
  }
}

function defaultPath(model: string, format: Format, input: Input, dtype: Precision): string {
  const parts = [model, input === "views" ? "" : input, dtype === "float32" ? "" : dtype, format];
  return `analysis/exports/${parts.filter((part) => part !== "").join(".")}`;
}

async function sameFile(one: string, other: string): Promise<boolean> {
  return await placeOf(one) === await placeOf(other);
}

/** Where a path leads, through links; a path to nothing leads to itself. */
async function placeOf(path: string): Promise<string> {
  return await Deno.realPath(path).catch(() => resolve(path));
}
