/** `--dry-run` is refused wherever the training itself would be, in the same words, and leaves nothing. */
import assert from "node:assert/strict";
import { parseFlags } from "../../lib/cli/flags.ts";
import { UserError } from "../../lib/errors.ts";
import type { Model } from "../../lib/galaxy/model.ts";
import { extradense } from "../../lib/galaxy/models/extradense.ts";
import { openGpu } from "../../lib/gpu/device.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { PAPER_SETTINGS } from "../../lib/runs/settings.ts";
import { TRAIN_FLAGS } from "../../lib/train/flags.ts";
import { trainModel } from "../../lib/train/train.ts";
import { inFolder } from "../data/folder.ts";
import { smallPysex } from "./small_pysex.ts";
import { SMALL_SETTINGS, smallModel, smallSurvey } from "./small.ts";

const { chunkSize, batchSize, validateEvery } = SMALL_SETTINGS;
const settings = { chunks: 1, chunkSize, batchSize, validateEvery };

/** A training, and the pattern of what it is refused with. */
interface Case {
  readonly name: string;
  readonly refused: RegExp;
  readonly model?: Model;
  readonly args?: readonly string[];
  /** Changes what is there before; what it returns is called afterwards. */
  readonly prepare?: (folder: string) => Promise<(() => Promise<unknown>) | void>;
  /** The settings of the paper instead of small ones. */
  readonly paper?: boolean;
}

/** What a training says with these arguments: undefined where nothing is in its way. */
async function refusal(
  { model = smallModel, args = [], paper }: Case,
  folder: string,
  ...more: string[]
): Promise<string | undefined> {
  const command = { task: `train:${model.name}`, summary: "", flags: TRAIN_FLAGS };
  const all = ["--data", `${folder}/survey`, "--out", `${folder}/new/run`, ...args, ...more];
  const { log, warn } = console;
  console.log = console.warn = () => {};
  try {
    const { values } = parseFlags(command, all.map((arg) => arg.replace("@", folder)));
    await trainModel(model, values, { settings: paper ? PAPER_SETTINGS : settings });
  } catch (error) {
    assert.ok(error instanceof UserError, String((error as Error)?.stack ?? error));
    return error.message.replace(/ since \S+\)/, "").replace(/\.\w+\.[\w-]{36}/, "");
  } finally {
    Object.assign(console, { log, warn });
  }
}

/** Every file and folder with what is in it. */
function contents(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    found[path] = isDirectory ? "" : Deno.statSync(path).mtime!.toISOString();
    if (isDirectory) Object.assign(found, contents(path));
  }
  return found;
}

/** A file with another text, until the test is over. */
async function changed(path: string, change: (bytes: Uint8Array) => Uint8Array | string) {
  const before = await Deno.readFile(path);
  await Deno.writeFile(path, new Uint8Array(0));
  const after = change(before);
  await Deno.writeFile(path, typeof after === "string" ? new TextEncoder().encode(after) : after);
  return () => Deno.writeFile(path, before);
}

const LABELS = "survey/training_solutions_rev1.csv";
const DONE = ["--out", "@/done"];
const software = await openGpu().then((gpu) => (gpu.close(), gpu.software));

const CASES: Case[] = [
  { name: "a folder with a run", args: DONE, refused: /already holds a run of small/ },
  {
    name: "a folder with files of an unknown run",
    refused: /holds .*params\.safetensors, but no run\.json/,
    args: ["--out", "@/unknown"],
    async prepare(folder) {
      await Deno.mkdir(`${folder}/unknown`);
      await Deno.copyFile(
        `${folder}/done/params.safetensors`,
        `${folder}/unknown/params.safetensors`,
      );
    },
  },
  { name: "no run to resume", args: ["--resume"], refused: /has no run to resume/ },
  {
    name: "a run with other settings",
    args: [...DONE, "--resume", "--chunks", "2", "--seed", "5"],
    refused: /--chunks was 1, now 2; --seed was 1, now 5/,
  },
  {
    name: "a run of another width",
    args: [...DONE, "--resume", "--width", "0.5"],
    refused: /the model was small with .*, now small at width 0\.5 with/,
  },
  {
    name: "a run of another model",
    model: { ...smallModel, name: "other" },
    args: [...DONE, "--resume"],
    refused: /the model was small with .*, now other with/,
  },
  {
    name: "a run with other labels",
    args: [...DONE, "--resume"],
    refused: /the labels: labels of 20/,
    prepare: (folder) =>
      changed(`${folder}/${LABELS}`, (bytes) => {
        const [header, one, two, ...rest] = new TextDecoder().decode(bytes).split("\n");
        const swapped = [one.split(",")[0], ...two.split(",").slice(1)].join(",");
        return [header, swapped, two, ...rest].join("\n");
      }),
  },
  {
    name: "a damaged run.json",
    args: [...DONE, "--resume"],
    refused: /run\.json is damaged/,
    prepare: (folder) =>
      changed(`${folder}/done/run.json`, (bytes) => bytes.with(bytes.length >> 1, 7)),
  },
  {
    name: "damaged checkpoints",
    args: ["--out", "@/begun", "--resume"],
    refused: /checkpoint\.safetensors/,
    prepare: async (folder) => {
      await Deno.mkdir(`${folder}/begun`);
      await Deno.copyFile(`${folder}/done/run.json`, `${folder}/begun/run.json`);
      await Deno.writeTextFile(`${folder}/begun/checkpoint.safetensors`, "nothing");
    },
  },
  { name: "no file for --init", args: ["--init", "@/none"], refused: /none/ },
  {
    name: "parameters of another network for --init",
    model: { ...extradense, name: "extradense" },
    args: ["--init", "@/done/params.safetensors"],
    refused: /extradense needs conv1\.weight/,
  },
  {
    name: "parameters of another width for --init",
    args: ["--init", "@/done/params.safetensors", "--width", "0.5"],
    refused: /holds small at width 1, and width 0\.5 was asked for/,
  },
  {
    name: "a folder that cannot be made",
    args: ["--out", `@/${LABELS}/run`],
    refused: /something on the way to it is a file/,
  },
  {
    name: "a file that is a folder",
    args: ["--out", "@/taken"],
    refused: /params\.safetensors cannot be written: it is a folder|holds .*params\.safetensors/,
    prepare: (folder) => Deno.mkdir(`${folder}/taken/params.safetensors`, { recursive: true }),
  },
  {
    name: "a folder in which somebody trains",
    args: ["--out", "@/busy"],
    refused: /busy is in use by train:small \(process \d+,/,
    async prepare(folder) {
      const busy = new RunFolder(`${folder}/busy`);
      await busy.take("train:small");
      return () => busy.release();
    },
  },
  {
    name: "a prediction of the test images that cannot be written",
    args: ["--predictions", `@/${LABELS}`],
    refused: /there is something of that name already/,
  },
  { name: "no data", args: ["--data", "@/nowhere"], refused: /nowhere/ },
  {
    name: "labels that contradict each other",
    refused: /break the decision tree/,
    prepare: (folder) =>
      changed(`${folder}/${LABELS}`, (bytes) => {
        const lines = new TextDecoder().decode(bytes).split("\n");
        const [id] = lines[2].split(",");
        lines[2] = [id, ...new Array(37).fill("0.9")].join(",");
        return lines.join("\n");
      }),
  },
  {
    name: "an image that is cut off",
    refused: /truncated/,
    prepare(folder) {
      const images = `${folder}/survey/images_training_rev1`;
      const [name] = [...Deno.readDirSync(images)].map(({ name }) => name).sort();
      return changed(`${images}/${name}`, (bytes) => bytes.subarray(0, 5000));
    },
  },
  {
    name: "no measurements for a model that centres galaxies",
    model: smallPysex,
    refused: /pysex_params_gen2_train\.npy\.gz is missing/,
  },
  {
    name: "minibatches that do not fit a chunk",
    args: ["--chunk-size", "10"],
    refused: /10 is not a multiple of --batch-size 4/,
  },
  {
    name: "too few galaxies",
    refused: /at least 10 are needed/,
    args: ["--data", "@/few"],
    prepare: async (folder) => {
      await Deno.mkdir(`${folder}/few/images_training_rev1`, { recursive: true });
      const labels = (await Deno.readTextFile(`${folder}/${LABELS}`)).split("\n").slice(0, 4);
      await Deno.writeTextFile(`${folder}/few/training_solutions_rev1.csv`, labels.join("\n"));
      for (const line of labels.slice(1)) {
        const image = `images_training_rev1/${line.split(",")[0]}.jpg`;
        await Deno.copyFile(`${folder}/survey/${image}`, `${folder}/few/${image}`);
      }
    },
  },
  ...(software
    ? [{
      name: "a large network on a software adapter",
      model: extradense,
      paper: true,
      refused: /computes on the processor/,
    }]
    : []),
];

Deno.test("a dry run is refused for all that a training is refused for, and writes nothing", (t) =>
  inFolder(async (folder) => {
    await smallSurvey(`${folder}/survey`);
    const trained: Case = { name: "", refused: /^$/, args: DONE };
    assert.equal(await refusal(trained, folder), undefined);
    for (const entry of CASES) {
      await t.step(entry.name, async () => {
        const undo = await entry.prepare?.(folder);
        try {
          const before = contents(folder);
          const dry = await refusal(entry, folder, "--dry-run");
          assert.deepEqual(contents(folder), before, "a dry run leaves everything as it was");
          assert.match(String(await refusal(entry, folder)), entry.refused);
          assert.equal(dry, await refusal(entry, folder));
        } finally {
          await undo?.();
        }
      });
    }
    await t.step(
      "where a training would begin, a dry run does not complain, nor leave a trace",
      async () => {
        const before = contents(folder);
        for (const args of [[], [...DONE, "--resume"]]) {
          assert.equal(await refusal({ ...trained, args }, folder, "--dry-run"), undefined);
        }
        assert.deepEqual(contents(folder), before);
      },
    );
  }));
