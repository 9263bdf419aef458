/** Tuning from end to end, and what training makes of its file. */
import assert from "node:assert/strict";
import { writeSealed } from "../../lib/files/sealed_json.ts";
import { UserError } from "../../lib/errors.ts";
import { openGpu } from "../../lib/gpu/device.ts";
import { denseForward } from "../../lib/nn/dense/forward.ts";
import { denseUpdate } from "../../lib/nn/dense/update.ts";
import { tilesFor } from "../../lib/nn/tiles.ts";
import { type AnyOperation, type Choice, choiceKey } from "../../lib/nn/variants.ts";
import { FolderLock } from "../../lib/files/lock.ts";
import { tune } from "../../lib/tune/tune.ts";
import { readTiles, tilesPath, useTunedTiles, writeTiles } from "../../lib/tune/tuned_tiles.ts";
import type { TuneResult } from "../../lib/tune/unit.ts";
import { inFolder } from "../data/folder.ts";
import { gpuTest } from "../gpu.ts";
import { smallModel, smallSurvey } from "../train/small.ts";

const TUNE = new URL("../../tasks/tune.ts", import.meta.url).pathname;
const TRAIN = new URL("../train/small_task.ts", import.meta.url).pathname;

/** The product of the small model that the tests choose a variant for. */
const SHAPE = { K: 256, O: 16, B: 4 };
const KEY = choiceKey(denseForward, SHAPE);

/** A choice for it that is not the default, whatever the adapter. */
const OTHER: Choice = { variant: "naive", tile: {} };
const CHOSEN = { choices: { [KEY]: { ...OTHER, before: 2, after: 1 } }, measured: {} };

const NO_LIMIT = { milliseconds: Infinity, repeats: 1 };

async function run(script: string, cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-write", script, ...args],
    cwd,
  }).output();
  const text = new TextDecoder();
  return { code, output: text.decode(stdout), errors: text.decode(stderr) };
}

Deno.test("the task measures, writes a file, keeps what it did not measure, and says what came", () =>
  inFolder(async (folder) => {
    const flags = ["--models", "extradense", "--width", "0.05", "--repeats", "1"];
    const batches = ["--batch", "4", "--predict-batch", "8"];
    const out = ["--out", folder];
    const all = [...flags, ...batches, ...out];
    const gpu = await openGpu();
    gpu.close();
    const kept = { variant: "workgroup", tile: { lanes: 16 }, before: 2, after: 1 };
    const choices = { "dense forward K1 O4 B1": kept };
    await writeTiles(gpu, folder, { choices, measured: {} });
    const { code, output, errors } = await run(TUNE, folder, ...all, "--only", "dense input g");
    assert.equal(code, 0, output + errors);
    assert.match(output, /^kernel .*default ms .*best ms .*variant and tiles/);
    assert.match(output, /\ndense input gradient +K102 O40 B4 +\d+\.\d{3} +\d+\.\d{3} +\S/);
    assert.match(output, /of 3 are more than 5 % faster/);
    const file = (await readTiles(gpu, folder, assert.fail))!;
    assert.equal(file.adapter, gpu.name);
    assert.equal(file.deno, Deno.version.deno);
    assert.ok(Math.abs(Date.parse(file.date) - Date.now()) < 600_000);
    assert.deepEqual(file.choices["dense forward K1 O4 B1"], kept);
    for (const [key, { before, after }] of Object.entries(file.choices)) {
      assert.match(key, /^dense (forward|input gradient) K\d+ O\d+ B\d+$/);
      assert.ok(after < 0.95 * before);
    }

    const json = await run(TUNE, folder, ...all, "--only", "dense forward K102 O40 B8", "--json");
    const { adapter, path, results } = JSON.parse(json.output);
    assert.deepEqual([adapter, path], [gpu.name, tilesPath(gpu, folder)]);
    assert.deepEqual(results.map(({ key }: TuneResult) => key), ["dense forward K102 O40 B8"]);

    const none = await run(TUNE, folder, ...all, "--only", "conv9");
    assert.equal(none.code, 1);
    assert.match(none.errors, /none of these models has an operation with "conv9"/);
  }));

/** The narrow network over which the task is started. */
const NARROW = [
  "--models",
  "extradense",
  "--width",
  "0.05",
  "--batch",
  "4",
  "--predict-batch",
  "4",
];

Deno.test("a second one at the same time is told about the first, and changes nothing", () =>
  inFolder(async (folder) => {
    const lock = await FolderLock.take(folder, "tune");
    const { code, errors } = await run(TUNE, folder, ...NARROW, "--out", folder);
    assert.equal(code, 1);
    assert.match(errors, /is in use by tune \(process \d+, since .*Wait until it has ended/);
    await lock.release();
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("one that is stopped keeps its results, says so by its code, and the next one goes on", () =>
  inFolder(async (folder) => {
    const flags = [...NARROW, "--repeats", "1", "--out", folder];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-read", "--allow-write", TUNE, ...flags, "--only", "dense"],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let output = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const first = !/\ndense /.test(output);
      output += text;
      // Once: a second signal ends it without saving.
      if (first && /\ndense /.test(output)) child.kill("SIGTERM");
    }
    assert.equal((await child.status).code, 143, output);
    const gpu = await openGpu();
    gpu.close();
    const done = Object.keys((await readTiles(gpu, folder, assert.fail))!.measured);
    assert.ok(done.length >= 1, output);
    assert.deepEqual([...Deno.readDirSync(folder)].length, 1, "no lock is left");
    const [key] = done;
    const next = await run(TUNE, folder, ...flags, "--only", key);
    assert.equal(next.code, 0, next.errors);
    assert.match(next.output, /\n1 kernels had been tried before; --again measures them again/);
    assert.doesNotMatch(next.output, /more than 5 %/);
    const again = await run(TUNE, folder, ...flags, "--only", key, "--again");
    assert.match(again.output, /\ndense .*\n\d of 1 are more than 5 % faster/);
  }));

Deno.test("the time for a model is a flag, and what it was too short for is told with what to do", () =>
  inFolder(async (folder) => {
    const flags = [...NARROW, "--out", folder, "--only", "dense forward", "--minutes", "0.01"];
    const { code, output, errors } = await run(TUNE, folder, ...flags);
    assert.equal(code, 0, errors);
    assert.match(output, /no time for \d+ candidates of \d kernels: .*tune.* goes on with them/);
  }));

gpuTest("a candidate that computes something else, or is refused, is left out", async (gpu) => {
  if (gpu.subgroup < 4) return console.warn(`NOT RUN: ${gpu.name} has no subgroups`);
  const said: string[] = [];
  const results: TuneResult[] = [];
  // Lanes that are no subgroup hand each other the wrong numbers round; thousands are not to be had.
  const wrong = { variant: "subgroup", tile: { lanes: 2 * gpu.subgroup } };
  const refused = { variant: "workgroup", tile: { lanes: 4096 } };
  const candidates = ({ name }: AnyOperation) => name === denseUpdate.name ? [wrong, refused] : [];
  const options = { models: [smallModel], batch: 12, predictBatch: 12, ...NO_LIMIT };
  const only = choiceKey(denseUpdate, { K: 256, O: 16, B: 12 });
  await tune({ ...gpu, software: true }, {
    ...options,
    candidates,
    only,
    say: (text) => said.push(text),
  }, (result) => void results.push(result));
  assert.equal(said.length, 3, said.join("\n"));
  assert.match(said[1], /left out, subgroup, lanes \d+: its results are not those/);
  assert.match(said[2], /left out, workgroup, lanes 4096: .*compiling dense1\.weight update/);
  assert.deepEqual(results.map(({ key, candidates }) => [key, candidates]), [[only, 0]]);
});

gpuTest("candidates for GPUs compute what the default does", async (gpu) => {
  const said: string[] = [];
  let measured = 0;
  const options = { models: [smallModel], batch: 4, predictBatch: 4, ...NO_LIMIT };
  for (
    const only of ["gradient C4 H8", "conv2d forward C4 H20", "dense input gradient K256", KEY]
  ) {
    await tune({ ...gpu, software: false, subgroup: 0 }, {
      ...options,
      only,
      say: (text) => said.push(text),
    }, (result) => void (measured += result.candidates));
  }
  assert.ok(measured > 15, `${measured} candidates`);
  assert.deepEqual(said.filter((text) => text.startsWith("left out")), []);
});

gpuTest("a device uses what was tuned for its adapter", (gpu) =>
  inFolder(async (folder) => {
    await useTunedTiles(gpu, folder);
    assert.equal(tilesFor(gpu).choices, undefined);
    await writeTiles(gpu, folder, CHOSEN);
    await useTunedTiles(gpu, folder);
    const { choices } = tilesFor(gpu);
    assert.equal(choices?.(denseForward, SHAPE)?.variant, OTHER.variant);
    assert.equal(choices?.(denseForward, { ...SHAPE, B: 8 }), undefined);
    assert.equal(choices?.(denseUpdate, SHAPE), undefined);
  }));

gpuTest(
  "a file of another adapter or format is not used, a damaged one is an error",
  (gpu) =>
    inFolder(async (folder) => {
      const path = await writeTiles(gpu, folder, CHOSEN);
      const file = JSON.parse(await Deno.readTextFile(path));
      const read = async (changes: object) => {
        await Deno.writeTextFile(path, JSON.stringify({ ...file, ...changes }));
        const said: string[] = [];
        return { said, file: await readTiles(gpu, folder, (text) => said.push(text)) };
      };
      const ignored = async (changes: object, pattern: RegExp) => {
        const { said, file } = await read(changes);
        assert.equal(file, undefined);
        assert.equal(said.length, 1);
        assert.match(said[0], pattern);
        assert.match(said[0], /tiles: the default.*deno task tune/);
      };
      assert.deepEqual(await read({}), { said: [], file });
      await ignored({ adapter: "Voodoo 2" }, /was measured on Voodoo 2, and this is/);
      await ignored({ format: 0 }, /has format 0, and this version reads 4/);
      await ignored({ subgroup: 5 }, /subgroups of 5/);
      const damaged = async (changes: object, pattern: RegExp) =>
        await assert.rejects(read(changes), (error) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, pattern);
          assert.match(error.message, /is damaged.*Delete it/);
          return true;
        });
      await damaged({ choices: undefined }, /null/);
      await damaged({ measured: undefined }, /null/);
      await damaged({ measured: { [KEY]: {} } }, /null/);
      const choice = (key: string, choice: object) => ({
        choices: { [key]: { ...choice, before: 2, after: 1 } },
      });
      await damaged(choice(KEY, {}), /dense forward has no variant undefined/);
      await damaged(choice("dense backward K1", OTHER), /dense backward K1 is no operation/);
      const tile = { lanes: "many" };
      await damaged(choice(KEY, { variant: "workgroup", tile }), /lanes cannot be "many"/);
      await Deno.writeTextFile(path, "{");
      await assert.rejects(readTiles(gpu, folder, assert.fail), /is damaged/);
    }),
);

Deno.test("training uses tuned tiles, and says when a resumed run began with others", () =>
  inFolder(async (folder) => {
    const gpu = await openGpu();
    gpu.close();
    const data = ["--data", await smallSurvey(`${folder}/survey`), "--chunks", "1"];
    const out = ["--out", `${folder}/run`];
    const first = await run(TRAIN, folder, ...data, ...out);
    assert.equal(first.code, 0, first.output + first.errors);
    assert.doesNotMatch(first.output, /tiles/);
    const again = await run(TRAIN, folder, ...data, ...out, "--resume");
    assert.equal(again.code, 0, again.output + again.errors);
    assert.doesNotMatch(again.output, /tiles/);
    const before = JSON.parse(await Deno.readTextFile(`${folder}/run/run.json`)).tiles;
    assert.match(before, /^[0-9a-f]{64}$/);

    await writeTiles(gpu, `${folder}/analysis/tiles`, CHOSEN);
    // As if it had been killed before it said that it is finished.
    const { sha256: _, finished: __, ...begun } = JSON.parse(
      await Deno.readTextFile(`${folder}/run/run.json`),
    );
    await writeSealed(`${folder}/run/run.json`, begun, 2);
    const other = await run(TRAIN, folder, ...data, ...out, "--resume");
    assert.equal(other.code, 0, other.output + other.errors);
    assert.match(other.output, /tiles: tuned on \d{4}-\d\d-\d\d, 1 choice other than the default/);
    assert.match(other.output, /note: .*other tiles than when this run began.*bit for bit/);
    const after = JSON.parse(await Deno.readTextFile(`${folder}/run/run.json`)).tiles;
    assert.equal(after, before, "the run keeps what it began with");

    const tuned = await run(TRAIN, folder, ...data, "--out", `${folder}/tuned`);
    assert.equal(tuned.code, 0, tuned.output + tuned.errors);
    assert.match(tuned.output, /tiles: tuned on/);
    assert.doesNotMatch(tuned.output, /note:/);
    assert.notEqual(JSON.parse(await Deno.readTextFile(`${folder}/tuned/run.json`)).tiles, before);
  }));
