/** `--init`: a training that begins with given parameters. */
import assert from "node:assert/strict";
import { parseFlags } from "../../lib/cli/flags.ts";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { defineModel, type Model } from "../../lib/galaxy/model.ts";
import { parseProvenance } from "../../lib/provenance.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { readDescription } from "../../lib/runs/description.ts";
import { readTensors } from "../../lib/runs/tensor_files.ts";
import { TRAIN_FLAGS } from "../../lib/train/flags.ts";
import { trainModel } from "../../lib/train/train.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { SMALL_SETTINGS, smallModel, smallSurvey } from "./small.ts";

/** The small model under another name: what counts is that its tensors have the same shapes. */
const sameShapes: Model = { ...smallModel, name: "same" };
const wider = defineModel("wider", (galaxy) =>
  galaxy
    .parts()
    .conv({ filters: 4, size: 6 }).maxPool()
    .conv({ filters: 4, size: 5 }).maxPool()
    .conv({ filters: 4, size: 3 })
    .conv({ filters: 4, size: 3 }).maxPool()
    .merge()
    .maxout(9)
    .answers());

async function train(model: Model, ...args: string[]): Promise<string> {
  const command = { task: `train:${model.name}`, summary: "", flags: TRAIN_FLAGS };
  const { values } = parseFlags(command, args);
  const { batchSize, chunkSize } = SMALL_SETTINGS;
  const { log } = console;
  let said = "";
  console.log = (text) => said += `${text}\n`;
  try {
    const settings = { batchSize, chunkSize, validateEvery: 1, learningRate: 0 };
    assert.equal(await trainModel(model, values, { settings }), 0);
  } finally {
    console.log = log;
  }
  return said;
}

Deno.test("a training begins with given parameters, says so in its files, and is resumed without them", () =>
  inFolder(async (path) => {
    const data = ["--data", await smallSurvey(`${path}/survey`)];
    await train(smallModel, ...data, "--out", `${path}/first`, "--chunks", "1");
    const given = new RunFolder(`${path}/first`).parameters;
    const { tensors, digest } = await readTensors(given, "parameters");

    const out = ["--out", `${path}/second`];
    const folder = new RunFolder(`${path}/second`);
    const args = [...data, ...out, "--chunks", "2"];
    const said = await train(sameShapes, ...args, "--init", given, "--seed", "9");
    assert.match(said, /parameters to begin with: those of small with .* parameters; no warm-up/);
    // With a learning rate of zero they stay what they were.
    const ended = await readSafetensors(folder.parameters);
    for (const [name, { data }] of ended.tensors) {
      assert.deepEqual(data, tensors.get(name)!.data, name);
    }
    const provenance = parseProvenance(ended.metadata.provenance, "", ["parameters"])!;
    assert.equal(provenance.marks.initial?.digest, digest);
    const description = (await readDescription(folder.description))!;
    assert.equal(description.marks.initial?.digest, digest);
    assert.equal(description.settings.warmUpChunks, 0);

    await Deno.remove(given);
    assert.match(await train(sameShapes, ...args, "--seed", "9", "--resume"), /nothing to do/);
    // Its parameters are written again from the checkpoint, still with the mark.
    await Deno.remove(folder.parameters);
    await train(sameShapes, ...args, "--seed", "9", "--resume");
    const again = await readSafetensors(folder.parameters);
    assert.equal(again.metadata.provenance, ended.metadata.provenance);

    // Before the first checkpoint only the file has what it begins with.
    for (const file of [folder.checkpoint, folder.previousCheckpoint, folder.parameters]) {
      await Deno.remove(file).catch(() => {});
    }
    await assertUserError(
      train(sameShapes, ...args, "--seed", "9", "--resume"),
      /begins with given parameters .*name their file again with --init/,
    );
  }));

Deno.test("parameters that do not fit are refused by the name of the tensor, before anything is made", () =>
  inFolder(async (path) => {
    const data = ["--data", await smallSurvey(`${path}/survey`)];
    await train(smallModel, ...data, "--out", `${path}/first`, "--chunks", "1");
    const given = new RunFolder(`${path}/first`).parameters;
    const flags = [...data, "--chunks", "1", "--out", `${path}/second`, "--init"];
    await assertUserError(
      train(wider, ...flags, given),
      /wider needs dense1\.weight \(18, 256\), the file has \(16, 256\), .* written for "small"/,
    );
    await assertUserError(
      train(smallModel, ...flags, `${path}/none.safetensors`),
      /none\.safetensors/,
    );
    await assertUserError(
      train(smallModel, ...flags, new RunFolder(`${path}/first`).checkpoint),
      /is a file of kind "checkpoint", expected parameters/,
    );
    const { tensors, metadata } = await readSafetensors(given);
    const named = [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
    (named[0].data as Float32Array)[0] = NaN;
    const sick = `${path}/sick.safetensors`;
    await writeSafetensors(sick, named, { model: metadata.model });
    await assertUserError(
      train(smallModel, ...flags, sick),
      /"conv1\.weight" holds 1 of .* not finite/,
    );
    // A run that began at random does not go on from given parameters.
    const resumed = [...data, "--chunks", "1", "--out", `${path}/first`, "--resume"];
    await assertUserError(
      train(smallModel, ...resumed, "--init", given),
      /the parameters to begin with: none there, those of small with/,
    );
    await assert.rejects(Deno.stat(`${path}/second`), Deno.errors.NotFound);
  }));
