/** `deno task tune`: measures tiles for the kernels on the adapter at hand and remembers the best. */
import type { Flags } from "../lib/cli/flags.ts";
import { narrowed } from "../lib/galaxy/model.ts";
import { FolderLock } from "../lib/files/lock.ts";
import { openGpu } from "../lib/gpu/device.ts";
import { commandLine } from "../lib/called.ts";
import { runCommand } from "../lib/cli/command.ts";
import { stopSignal } from "../lib/cli/stop_signal.ts";
import { predictionOptions } from "../lib/runs/network_options.ts";
import { choiceText } from "../lib/tune/choice_text.ts";
import { Ledger } from "../lib/tune/ledger.ts";
import { tune, type TuneEnd } from "../lib/tune/tune.ts";
import { readTiles, TILES_FOLDER, tilesPath, writeTiles } from "../lib/tune/tuned_tiles.ts";
import type { TuneResult } from "../lib/tune/unit.ts";
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
  minutes: {
    type: "number",
    value: "M",
    min: 0.01,
    max: 10_000,
    default: 10,
    help: "Time for each model, the likely ones of its candidates first",
  },
  again: { type: "switch", help: "Measure what earlier runs have measured, too" },
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

/** What was not tried, and how to try it. */
function leftText({ untried, known }: TuneEnd, minutes: number): string[] {
  const lines = [];
  const left = [...untried.values()].filter((count) => count > 0);
  const count = left.reduce((sum, count) => sum + count, 0);
  if (count > 0) {
    lines.push(
      `no time for ${count} candidates of ${left.length} kernels: ${
        commandLine("tune")
      } with the ` +
        `same flags goes on with them, --minutes ${Math.ceil(3 * minutes)} takes more at once`,
    );
  }
  if (known > 0) {
    lines.push(`${known} kernels had been tried before; --again measures them again`);
  }
  return lines;
}

if (import.meta.main) {
  await runCommand({
    task: "tune",
    gpu: true,
    summary: "Measures tiles for the kernels of models on the adapter at hand, and writes those " +
      `that\nbeat the default by more than 5 % to ${TILES_FOLDER}/, where training and ` +
      "prediction find them.\nEvery candidate has to compute what the default computes. A run " +
      "that was stopped, or had no\ntime for all, is gone on with by the next one.",
    flags: FLAGS,
  }, async ({ models: names, width, batch, minutes, again, out, json, ...flags }) => {
    const gpu = await openGpu();
    const say = (text: string) => console.error(`… ${text}`);
    const stop = stopSignal();
    let lock: FolderLock | undefined;
    try {
      const software = gpu.software ? " (a software adapter, slow)" : "";
      console.error(`adapter: ${gpu.name}${software}`);
      const few = names === undefined && gpu.software;
      const named = names === undefined || names === "all" ? MODELS : modelsNamed(names.split(","));
      const models = few ? modelsNamed(["extradense"]) : named;
      // Two would write over each other's results, and slow each other down.
      lock = await FolderLock.take(out, "tune");
      const before = await readTiles(gpu, out, say);
      const ledger = new Ledger(before?.choices, again ? {} : before?.measured);
      const save = async () => {
        if (ledger.changed) await writeTiles(gpu, out, ledger);
        ledger.saved();
      };
      const results: TuneResult[] = [];
      const settings = {
        batch,
        predictBatch: flags.predictBatch ?? predictionOptions(gpu, 1).batch,
        models: models.map((model) => narrowed(model, width)),
        milliseconds: minutes * 60_000,
        only: flags.only ?? "",
        repeats: flags.repeats ?? (gpu.software ? 2 : 15),
        ledger,
        stopRequested: () => stop.requested,
        say,
      };
      if (!json) console.log(`kernel${" ".repeat(60)}default ms    best ms  variant and tiles`);
      let end: TuneEnd;
      try {
        end = await tune(gpu, settings, async (result) => {
          results.push(result);
          if (!json) console.log(rowText(result));
          await save(); // now, in case that it is killed
        });
      } finally {
        await save();
      }
      const path = tilesPath(gpu, out);
      const better = results.filter(({ choice }) => choice).length;
      const left = leftText(end, minutes);
      if (json) {
        const untried = Object.fromEntries(end.untried);
        const all = { adapter: gpu.name, path, results, untried, known: end.known };
        console.log(JSON.stringify(all, undefined, 2));
        for (const line of left) say(line);
      } else {
        for (const line of left) console.log(line);
        if (results.length === 0 && left.length === 0) console.log("there was nothing to measure");
        console.log(
          (results.length > 0
            ? `${better} of ${results.length} are more than 5 % faster with other tiles. `
            : "") +
            `Training and prediction use what is in ${TILES_FOLDER}; the file here is ${path}: ` +
            "delete it to go back",
        );
      }
      return stop.exitCode;
    } finally {
      await lock?.release();
      stop.close();
      gpu.close();
    }
  });
}
