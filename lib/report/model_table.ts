/** Tables of `deno task info`. */
import type { LayerDescription, ModelDescription } from "../galaxy/describe.ts";
import { elements } from "../nn/layer.ts";
import { formatDuration } from "../cli/progress.ts";
import { PAPER_SETTINGS } from "../runs/settings.ts";
import { table } from "./text_table.ts";

/**
 * Bytes on the GPU while a model trains: parameters and velocities, and for every layer its output
 * and its gradient (pooling and maxout write gradients in place, so this is an upper bound).
 */
export function trainingBytes({ layers, parameters }: ModelDescription, batch: number): number {
  const activations = layers.reduce((sum, { output, parts }) => sum + elements(output) * parts, 0);
  return 4 * (2 * parameters + 2 * batch * activations);
}

/**
 * One line per model, or, with `layers`, a table per model.
 * @param rates training images/s of each model, if known
 */
export function infoTable(
  models: readonly ModelDescription[],
  rates: readonly (number | undefined)[],
  layers: boolean,
): string {
  return layers
    ? models.map((model, i) => `${layerTable(model)}\n\n${summary(model, rates[i])}`).join("\n\n")
    : overview(models, rates);
}

function overview(
  models: readonly ModelDescription[],
  rates: readonly (number | undefined)[],
): string {
  const known = rates.every((rate) => rate !== undefined);
  const rows = models.map((model, i) => [
    model.model,
    count(model.parameters),
    count(model.multiplyAdds),
    mebibytes(trainingBytes(model, PAPER_SETTINGS.batchSize)),
    ...(known ? [rates[i]!.toFixed(1), fullRun(rates[i]!)] : []),
  ]);
  const head = [
    "model",
    "parameters",
    "multiply-adds",
    "GPU memory",
    ...(known ? ["images/s", "full run"] : []),
  ];
  return table([head, ...rows]);
}

function layerTable({ model, layers }: ModelDescription): string {
  const rows = layers.map((layer) => [
    layer.name,
    shape(layer),
    count(layer.parameters),
    count(layer.multiplyAdds),
  ]);
  return table([[model, "output", "parameters", "multiply-adds"], ...rows]);
}

function summary(model: ModelDescription, rate: number | undefined): string {
  const { batchSize, chunks, chunkSize } = PAPER_SETTINGS;
  const time = rate
    ? `${fullRun(rate)} at ${rate.toFixed(1)} images/s`
    : "give its rate with --rate, or measure it with --measure";
  return `${count(model.parameters)} parameters, ${count(model.multiplyAdds)} multiply-adds per ` +
    `galaxy, about ${mebibytes(trainingBytes(model, batchSize))} on the GPU at minibatches of ` +
    `${batchSize}\nfull run of ${count(chunks * chunkSize)} galaxies: ${time}`;
}

function fullRun(rate: number): string {
  return formatDuration(PAPER_SETTINGS.chunks * PAPER_SETTINGS.chunkSize / rate);
}

function shape({ output, parts }: LayerDescription): string {
  const text = output.length === 1 ? String(output[0]) : `(${output.join(", ")})`;
  return parts > 1 ? `${parts} × ${text}` : text;
}

const count = (value: number) => value.toLocaleString("en");
const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
