/** Files that do not belong together: cases 15, 17, 18, 20 and 27, and others of their kind. */
import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import { type Outcome, runScript } from "../process.ts";
import { writeParameters } from "../train/small_pysex.ts";
import { smallSurvey } from "../train/small.ts";

const TRAIN = "tests/train/small_task.ts";
const PREDICT = "tests/train/small_predict_task.ts";
const ONE_CHUNK = ["--chunks", "1"];

function assertRefused({ code, error, out }: Outcome, ...patterns: RegExp[]) {
  assert.equal(code, 1, out + error);
  for (const pattern of patterns) assert.match(error, pattern);
  assert.doesNotMatch(error, /internal error|\n {4}at /);
}

function assertDone({ code, out, error }: Outcome) {
  assert.equal(code, 0, out + error);
  return { out, error };
}

/** A survey with a trained small model. */
async function trained(folder: string) {
  const data = await smallSurvey(`${folder}/survey`);
  const run = `${folder}/run`;
  assertDone(await runScript(TRAIN, ["--data", data, "--out", run, ...ONE_CHUNK]));
  const predict = (...args: string[]) =>
    runScript(PREDICT, [
      ...["--data", data, "--params", `${run}/params.safetensors`, "--transforms", "1"],
      ...args,
    ]);
  return { data, run, predict };
}

/** The test images of a survey, by name in numeric order. */
function testImages(data: string): string[] {
  const folder = `${data}/images_test_rev1`;
  return [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`)
    .sort((a, b) => parseInt(a.split("/").at(-1)!) - parseInt(b.split("/").at(-1)!));
}

Deno.test("case 15: parameters of another model are refused, also of one of the same shapes", () =>
  inFolder(async (folder) => {
    const { data, run } = await trained(folder);
    await writeParameters(data, data, { marked: false });
    const outcome = await runScript("tests/train/small_pysex_task.ts", [
      ...["--data", data, "--set", "test", "--transforms", "1", "--accept-unmarked"],
      ...["--params", `${run}/params.safetensors`, "--out", `${folder}/p`],
    ]);
    assertRefused(outcome, /params\.safetensors/, /small with .* there, small_pysex with .* here/s);
    assert.throws(() => Deno.statSync(`${folder}/p/single/test/small_pysex.npy.gz`));
  }));

Deno.test("case 18: a prediction is only submitted for the galaxies and the images it was made of", () =>
  inFolder(async (folder) => {
    const { data, predict } = await trained(folder);
    assertDone(await predict("--set", "test", "--out", `${folder}/p`));
    const prediction = `${folder}/p/single/test/small.npy.gz`;
    const submit = (...args: string[]) =>
      runScript("tasks/submit.ts", ["--data", data, "--prediction", prediction, ...args]);
    assertDone(await submit());
    const [first, second, third] = testImages(data);

    // Touched and copied data are the same data.
    Deno.utimeSync(second, 1e9, 1e9);
    assertDone(await submit());

    // Another image under the same name.
    const saved = Deno.readFileSync(second);
    Deno.copyFileSync(third, second);
    assertRefused(await submit(), /small\.npy\.gz/, /the images: 4 images \(\w{8}\) there/);
    Deno.writeFileSync(second, saved);

    // One image goes, another comes: as many rows, every one of them of another galaxy.
    Deno.renameSync(first, first.replace(/[^/]*$/, "999999.jpg"));
    assertRefused(await submit(), /the galaxies: 4 galaxies from \d+ to \d+ there, .* 999999 here/);
  }));

Deno.test("galaxies that were trained on are not validated on: labels in another order are refused", () =>
  inFolder(async (folder) => {
    const { data, predict } = await trained(folder);
    assertDone(await predict("--set", "valid", "--out", `${folder}/p`));
    const labels = `${data}/training_solutions_rev1.csv`;
    const [header, ...rows] = Deno.readTextFileSync(labels).trim().split("\n");
    Deno.writeTextFileSync(labels, [header, ...rows.toReversed()].join("\n") + "\n");
    assertRefused(
      await predict("--set", "valid", "--out", `${folder}/q`),
      /the galaxies: 20 galaxies/,
      /among those that were trained on/,
    );
  }));

Deno.test("parameters and predictions without a word of their origin are taken only where that is said", () =>
  inFolder(async (folder) => {
    const { data, run, predict } = await trained(folder);
    const path = `${run}/params.safetensors`;
    const file = Deno.readFileSync(path);
    const size = Number(new DataView(file.buffer).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + size)));
    delete header.__metadata__;
    const json = new TextEncoder().encode(JSON.stringify(header).padEnd(size));
    file.set(json, 8);
    Deno.writeFileSync(path, file);
    const args = ["--set", "test", "--out", `${folder}/p`];
    assertRefused(await predict(...args), /does not say what it was made from.*--accept-unmarked/);
    const { error } = assertDone(await predict(...args, "--accept-unmarked"));
    assert.match(error, /warning: .*params\.safetensors does not say what it was made from/);
    assert.ok(data);
  }));

Deno.test("case 20: a prediction that cannot be written is said so before anything is computed", () =>
  inFolder(async (folder) => {
    const { predict } = await trained(folder);
    Deno.mkdirSync(`${folder}/p/single/test/small.npy.gz`, { recursive: true });
    const inTheWay = await predict("--set", "test", "--out", `${folder}/p`);
    assertRefused(inTheWay, /small\.npy\.gz cannot be written: it is a folder/);
    assert.doesNotMatch(inTheWay.out, /adapter/);
    Deno.writeTextFileSync(`${folder}/file`, "");
    const below = await predict("--set", "test", "--out", `${folder}/file/p`);
    assertRefused(below, /cannot be written to: something on the way to it is a file/);
    assert.doesNotMatch(below.out, /adapter/);
  }));

Deno.test("case 27: rows of Source Extractor belong to their galaxies, whatever the order of the labels", () =>
  inFolder(async (folder) => {
    const data = await smallSurvey(`${folder}/survey`);
    await writeParameters(data, data, { marked: false });
    const labels = `${data}/training_solutions_rev1.csv`;
    const [header, ...rows] = Deno.readTextFileSync(labels).trim().split("\n");
    Deno.writeTextFileSync(labels, [header, ...rows.toReversed()].join("\n") + "\n");
    const train = (run: string) =>
      runScript("tests/train/small_pysex_task.ts", [
        ...["--data", data, "--out", `${folder}/${run}`, ...ONE_CHUNK, "--accept-unmarked"],
      ]);
    const unmarked = await train("unmarked");
    assertRefused(unmarked, /pysex_params_gen2_train\.npy\.gz does not say which galaxies/);
    // Ours are in the order of the ids too, and say so.
    await writeParameters(data, data);
    assertDone(await train("marked"));
  }));

Deno.test("case 17: reproduce after a trial neither takes the toy nor writes over it", () =>
  inFolder(async (folder) => {
    const data = await smallSurvey(`${folder}/survey`);
    const reproduce = (...flags: string[]) =>
      runScript("tasks/reproduce.ts", [
        ...["--data", data, "--root", folder, "--models", "extradense", "--no-cache"],
        ...["--allow-software", ...flags],
      ]);
    const trial = ["--width", "0.05", "--chunks", "1", "--chunk-size", "16"];
    assertDone(await reproduce(...trial));
    const submission = `${folder}/predictions/final/blended/blended_predictions.csv.gz`;
    const before = Deno.readFileSync(submission);
    assert.equal(assertDone(await reproduce(...trial)).out.match(/was done before/g)?.length, 6);
    for (const other of [["--chunks", "2"], ["--width", "0.06"]]) {
      const outcome = await reproduce(...trial, ...other);
      assertRefused(outcome, /analysis\/final\/extradense/);
      assert.doesNotMatch(outcome.out, /check:data/, "before anything is done");
    }
    // Other images behind the same ids.
    const [first, second] = testImages(data);
    Deno.copyFileSync(first, second);
    const { out } = assertDone(await reproduce(...trial));
    assert.match(out, /the run in \S+ was finished on .* RMSE .*predicting the mean/);
    assert.match(out, /predictions of the test images are missing, or of something else/);
    assert.match(out, /predict:extradense +\d+ s/);
    assert.notDeepEqual(Deno.readFileSync(submission), before);
  }));
