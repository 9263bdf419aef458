/** `deno task tune`: measures tiles for the kernels on the adapter at hand and remembers the best. */
import type { Flags } from "../lib/cli/flags.ts";
import { narrowed } from "../lib/galaxy/model.ts";
import { openGpu } from "../lib/gpu/device.ts";
import { runCommand } from "../lib/cli/command.ts";
import { predictionOptions } from "../lib/runs/network_options.ts";
import { choiceText, tune, type TuneResult } from "../lib/tune/tune.ts";
import {
  readTiles,
  TILES_FOLDER,
  tilesPath,
  type TunedChoice,
  writeTiles,
} from "../lib/tune/tuned_tiles.ts";
import { WIDTH_FLAG } from "../lib/cli/width_flag.ts";
import { MODELS, modelsNamed } from "../lib/galaxy/models/all.ts";

const FLAGS = {
  models: {
    type: "text",
    value: "A,B",
    help: "Models by name, or all (default: all on a GPU, extradense on a software adapter)",
  },
  batch: {
    type: "integer",
    value: "N",
    min: 1,
    max: 1024,
    default: 16,
    help: "Galaxies of a minibatch in training",
  },
  "predict-batch": {
    type: "integer",
    value: "N",
    min: 1,
    max: 1024,
    help: "Views of a minibatch in prediction (default: as many as prediction takes here)",
  },
  only: {
    type: "text",
    value: "TEXT",
    help: "Only kernels with TEXT in their name and shape, as conv2d or K5",
  },
  repeats: {
    type: "integer",
    value: "N",
    min: 1,
    max: 1000,
    help: "Measurements, of which the median counts (default: 15; 2 on a software adapter)",
  },
  width: WIDTH_FLAG,
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    default: TILES_FOLDER,
    help: "Folder of the file",
  },
  json: { type: "switch", help: "Print the results as JSON; progress goes to stderr" },
} satisfies Flags;

/** A row of the table. */
function rowText({ key, before, after, choice }: TuneResult): string {
  const shape = key.search(/ [A-Z]+\d/);
  return [
    key.slice(0, shape).padEnd(23),
    key.slice(shape + 1).padEnd(38),
    before.toFixed(3).padStart(10),
    (after ?? before).toFixed(3).padStart(10),
    ` ${choice ? choiceText(choice) : "the default"}`,
  ].join(" ").trimEnd();
}

if (import.meta.main) {
  await runCommand({
    task: "tune",
    gpu: true,
    summary: "Measures tiles for the kernels of models on the adapter at hand, and writes those " +
      `that\nbeat the default by more than 5 % to ${TILES_FOLDER}/, where training and ` +
      "prediction find them.\nEvery candidate has to compute what the default computes.",
    flags: FLAGS,
  }, async ({ models: names, width, batch, predictBatch, only, repeats, out, json }) => {
    const gpu = await openGpu();
    const say = (text: string) => console.error(`… ${text}`);
    try {
      const software = gpu.software ? " (a software adapter, slow)" : "";
      console.error(`adapter: ${gpu.name}${software}`);
      const few = names === undefined && gpu.software;
      const named = names === undefined || names === "all" ? MODELS : modelsNamed(names.split(","));
      const models = few ? modelsNamed(["extradense"]) : named;
      const choices: Record<string, TunedChoice> = {
        ...(await readTiles(gpu, out, say))?.choices,
      };
      const results: TuneResult[] = [];
      const settings = {
        batch,
        predictBatch: predictBatch ?? predictionOptions(gpu, 1).batch,
        models: models.map((model) => narrowed(model, width)),
        only: only ?? "",
        repeats: repeats ?? (gpu.software ? 2 : 15),
        say,
      };
      if (!json) console.log(`kernel${" ".repeat(60)}default ms    best ms  variant and tiles`);
      await tune(gpu, settings, async (result) => {
        const { key, before, after, choice } = result;
        delete choices[key];
        if (choice && after !== undefined) choices[key] = { ...choice, before, after };
        results.push(result);
        if (!json) console.log(rowText(result));
        await writeTiles(gpu, out, choices); // now, in case that it is stopped
      });
      const path = tilesPath(gpu, out);
      const better = results.filter(({ choice }) => choice).length;
      if (json) console.log(JSON.stringify({ adapter: gpu.name, path, results }, undefined, 2));
      else {
        console.log(
          `${better} of ${results.length} are more than 5 % faster with other tiles: ${path}. ` +
            `Training and prediction use what is in ${TILES_FOLDER}; delete it to go back`,
        );
      }
    } finally {
      gpu.close();
    }
  });
}
