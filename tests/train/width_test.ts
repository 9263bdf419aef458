/** `--width` is said once: run.json and the files of parameters remember it. */
import assert from "node:assert/strict";
import { parseFlags } from "../../lib/cli/flags.ts";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { extradense } from "../../lib/galaxy/models/extradense.ts";
import { readParameters } from "../../lib/library/trained.ts";
import { type PredictFlags, predictModel } from "../../lib/predict/predict.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { readDescription } from "../../lib/runs/description.ts";
import { TRAIN_FLAGS } from "../../lib/train/flags.ts";
import { trainModel } from "../../lib/train/train.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { exportQuietly } from "../export/trained.ts";
import { SMALL_SETTINGS, smallSurvey } from "./small.ts";

const { batchSize, chunkSize, validateEvery } = SMALL_SETTINGS;

/** Works without a word on the terminal; gives what was said. */
async function quietly(work: () => Promise<number>): Promise<string> {
  const { log, warn } = console;
  let said = "";
  console.log = console.warn = (text) => void (said += `${text}\n`);
  try {
    assert.equal(await work(), 0, said);
  } finally {
    Object.assign(console, { log, warn });
  }
  return said;
}

function train(...args: string[]): Promise<string> {
  const command = { task: "train:extradense", summary: "", flags: TRAIN_FLAGS };
  const { values } = parseFlags(command, [...args, "--no-test", "--chunks", "1"]);
  return quietly(() =>
    trainModel(extradense, values, { settings: { batchSize, chunkSize, validateEvery } })
  );
}

Deno.test("a narrowed network is resumed, begun with, predicted with and exported without its width", () =>
  inFolder(async (folder) => {
    const data = await smallSurvey(`${folder}/survey`);
    const out = ["--data", data, "--out", `${folder}/run`];
    const { parameters, description } = new RunFolder(`${folder}/run`);
    await train(...out, "--width", "0.03");
    const { model } = (await readDescription(description))!;
    assert.equal(model.width, 0.03);
    assert.match(await train(...out, "--resume"), /finished on/);
    await assertUserError(
      train(...out, "--resume", "--width", "0.05"),
      /the model was extradense at width 0\.03 with .*, now extradense at width 0\.05 with/,
    );
    // Other parameters, but the same width, whoever says so.
    const second = ["--data", data, "--out", `${folder}/second`, "--init", parameters];
    assert.match(await train(...second), /those of extradense at width 0\.03 with/);
    const both = /holds extradense at width 0\.03, and width 0\.05 was asked for/;
    await assertUserError(
      train("--data", data, "--out", `${folder}/third`, "--init", parameters, "--width", "0.05"),
      both,
    );

    const flags: PredictFlags = {
      data,
      params: parameters,
      out: `${folder}/predictions`,
      set: "valid",
      transforms: "1",
      plain: false,
      acceptUnmarked: false,
      sextractor: undefined,
      limit: undefined,
      width: undefined,
      batchSize: 4,
      workers: 1,
    };
    await quietly(() => predictModel(extradense, flags));
    await quietly(() => predictModel(extradense, { ...flags, width: 0.03 }));
    await assertUserError(predictModel(extradense, { ...flags, width: 0.05 }), both);
    await assertUserError(predictModel(extradense, { ...flags, width: 1 }), /, and width 1 was/);

    const exported = `${folder}/exported.safetensors`;
    const options = { format: "safetensors", params: parameters, out: exported } as const;
    const said = await exportQuietly(extradense, { ...options, acceptUnmarked: false });
    assert.match(said.join("\n"), /extradense at width 0\.03, /);
    await assertUserError(exportQuietly(extradense, { ...options, width: 0.05 }), both);

    // What other programs write does not say it; the shapes do, where no other model is named.
    const { tensors } = await readSafetensors(exported);
    const named = [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
    for (const metadata of [{}, { model: "extradense" }, { model: "extradense", width: "NaN" }]) {
      await writeSafetensors(exported, named, metadata);
      const read = readParameters(exported, extradense);
      if ("width" in metadata) await assertUserError(read, /extradense needs conv1\.weight/);
      else assert.equal((await read).model.layers.length, model.layers.length);
    }
    await writeSafetensors(exported, named, { model: "other" });
    await assertUserError(readParameters(exported, extradense), /extradense needs conv1\.weight/);
  }));
