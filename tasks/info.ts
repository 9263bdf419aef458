/** `deno task info [model] [--json]`: layers, parameters and work of the models. */
import { describe, type ModelDescription } from "../lib/galaxy/describe.ts";
import { type Model, narrowed } from "../lib/galaxy/model.ts";
import { openGpu } from "../lib/gpu/device.ts";
import { runCommand } from "../lib/cli/command.ts";
import { infoTable } from "../lib/report/model_table.ts";
import { modelRates } from "../lib/galaxy/rate.ts";
import { WIDTH_FLAG } from "../lib/cli/width_flag.ts";
import { MODELS, modelsNamed } from "../lib/galaxy/models/all.ts";

/** Training images/s of each model on this machine. */
async function measuredRates(models: readonly Model[]): Promise<number[]> {
  const gpu = await openGpu();
  try {
    console.error(`measuring on ${gpu.name}`);
    const rates: number[] = [];
    for (const model of models) rates.push((await modelRates(gpu, model)).train);
    return rates;
  } finally {
    gpu.close();
  }
}

if (import.meta.main) {
  await runCommand({
    task: "info",
    gpu: true,
    summary:
      "Shows parameters, multiply-adds, GPU memory and the time of a full run of all models, " +
      "or every layer of one.",
    operand: "[MODEL]",
    flags: {
      json: {
        type: "switch",
        help: "Print a list of { model, parameters, multiplyAdds, layers }",
      },
      rate: {
        type: "number",
        value: "N",
        min: 0.001,
        help: "Training images/s, for the time of a full run",
      },
      measure: {
        type: "switch",
        help: "Measure that rate on this machine, for every model listed",
      },
      width: WIDTH_FLAG,
    },
  }, async ({ json, rate, measure, width }, operands) => {
    const models = operands.length === 0 ? MODELS : modelsNamed(operands);
    const listed = models.map((model) => narrowed(model, width));
    const descriptions: ModelDescription[] = listed.map(describe);
    const rates = measure ? await measuredRates(listed) : listed.map(() => rate);
    console.log(
      json
        ? JSON.stringify(descriptions, undefined, 2)
        : infoTable(descriptions, rates, operands.length > 0),
    );
  });
}
