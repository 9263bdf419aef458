/** Training without a process of its own, as `reproduce` does it. */
import assert from "node:assert/strict";
import { parseFlags } from "../../lib/cli/flags.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { trainModel } from "../../lib/train/train.ts";
import { TRAIN_FLAGS } from "../../lib/train/flags.ts";
import { trainingState } from "../../lib/train/state.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { SMALL_SETTINGS, smallModel, smallSurvey } from "./small.ts";

const { batchSize, validateEvery } = SMALL_SETTINGS;
const settings = { batchSize, validateEvery };

/** Trains with these flags, and gives the exit code and what was said. */
async function train(...args: string[]): Promise<{ code: number; said: string }> {
  const command = { task: "train:small", summary: "", flags: TRAIN_FLAGS };
  const { values } = parseFlags(command, args);
  const { log } = console;
  let said = "";
  console.log = (text) => said += `${text}\n`;
  try {
    return { code: await trainModel(smallModel, values, { settings }), said };
  } finally {
    console.log = log;
  }
}

Deno.test("one process trains again and again, ends with the same bytes, and holds no folder", () =>
  inFolder(async (path) => {
    const data = await smallSurvey(`${path}/survey`);
    const files: Uint8Array[] = [];
    for (const name of ["one", "two"]) {
      const out = `${path}/${name}`;
      const args = ["--data", data, "--out", out, "--chunks", "2", "--chunk-size", "12"];
      assert.equal((await train(...args)).code, 0);
      const resumed = await train(...args, "--resume");
      assert.equal(resumed.code, 0);
      assert.match(resumed.said, /nothing to do/);
      files.push(await Deno.readFile(new RunFolder(out).parameters));
      assert.throws(() => Deno.statSync(`${out}/run.lock`), Deno.errors.NotFound);
    }
    assert.deepEqual(files[0], files[1]);
  }));

Deno.test("how far a training is can be told without a GPU", () =>
  inFolder(async (path) => {
    const data = await smallSurvey(`${path}/survey`);
    const out = `${path}/run`;
    const asked = { data, width: 1, chunks: 1, chunkSize: 16, acceptUnmarked: false };
    const state = (changed: Partial<typeof asked> = {}) =>
      trainingState(out, smallModel, { ...asked, ...changed });
    assert.equal(await state(), "none");
    const command = { task: "train:small", summary: "", flags: TRAIN_FLAGS };
    const args = ["--data", data, "--out", out, "--chunks", "1", "--chunk-size", "16"];
    await Deno.mkdir(out);
    // With the settings of the paper, as `reproduce` asks for.
    const { log } = console;
    console.log = () => {};
    try {
      assert.equal(await trainModel(smallModel, parseFlags(command, args).values), 0);
    } finally {
      console.log = log;
    }
    assert.equal(await state(), "done");
    await assertUserError(state({ chunks: 2 }), /--chunks was 1, now 2.*--root/);
    await assertUserError(
      state({ width: 0.5 }),
      /the model was small with .*, now small at width 0\.5 with/,
    );
    await Deno.truncate(new RunFolder(out).parameters, 3000);
    assert.equal(await state(), "begun");
    await Deno.remove(new RunFolder(out).description);
    await assertUserError(state(), /no run\.json that says what run it is of/);
  }));
