import assert from "node:assert/strict";
import { imagesAtHand } from "../../lib/data/images/marks.ts";
import { sha256 } from "../../lib/files/digest.ts";
import { readMarkedNpy, writeMarkedNpy } from "../../lib/formats/marked_npy.ts";
import { readNpy, writeNpy } from "../../lib/formats/npy.ts";
import { galaxiesMark } from "../../lib/marks.ts";
import type { Mark } from "../../lib/provenance.ts";
import { blendPredictions } from "../../lib/ensemble/ensemble.ts";
import { findPredictions, readPrediction } from "../../lib/ensemble/files.ts";
import { assertAllClose } from "../assert.ts";
import { assertUserError, inFolder, labelsText, smoothRow } from "../data/folder.ts";

const TRAIN = 40; // so 4 are for validation
const TEST_IDS = [9, 100, 1000];
const AUGMENTED = "predictions/final/augmented";

/** A data folder in the competition's layout, with empty images. */
async function writeData(folder: string, train = TRAIN) {
  const ids = Array.from({ length: train }, (_, i) => 500 + i);
  const sets = { images_training_rev1: ids, images_test_rev1: TEST_IDS };
  for (const [set, ids] of Object.entries(sets)) {
    await Deno.mkdir(`${folder}/raw/${set}`, { recursive: true });
    for (const id of ids) await Deno.writeFile(`${folder}/raw/${set}/${id}.jpg`, new Uint8Array());
  }
  await Deno.writeTextFile(`${folder}/raw/training_solutions_rev1.csv`, labelsText(ids));
}

function answers(rows: number, value: (row: number, answer: number) => number) {
  const data = Float32Array.from(
    { length: rows * 37 },
    (_, i) => value(Math.floor(i / 37), i % 37),
  );
  return { shape: [rows, 37], data };
}

/** True answers, missed by `error` in every second row. */
const missing = (error: number, parity: number) =>
  answers(4, (row, k) => Math.abs(smoothRow()[k] - (row % 2 === parity ? error : 0)));

/**
 * Two models whose errors have nothing in common and mean squares of 0.005 and 0.015, so that weights
 * of 3/4 and 1/4 are best.
 */
async function writePredictions(folder: string) {
  const path = (set: string, name: string) => `${folder}/${AUGMENTED}/${set}/${name}.npy.gz`;
  await writeNpy(path("valid", "good"), missing(0.1, 0));
  await writeNpy(path("valid", "fair"), missing(0.1 * Math.sqrt(3), 1));
  await writeNpy(path("test", "good"), answers(3, (row) => 0.2 + row / 10));
  await writeNpy(path("test", "fair"), answers(3, (row) => 0.6 + row / 10));
}

/** Runs a task as deno.json does. */
async function task(name: string, folder: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      decodeURI(new URL(`../../tasks/${name}.ts`, import.meta.url).pathname),
      ...args,
    ],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}

/** Blends what is in `folder`, with nothing on the terminal. */
function blend(
  folder: string,
  options: { models?: string[]; folds?: number; acceptUnmarked?: boolean } = {},
) {
  const lines: string[] = [];
  const run = blendPredictions({
    data: `${folder}/raw`,
    predictions: `${folder}/predictions/final`,
    out: `${folder}/out`,
    report: `${folder}/out/report.html`,
    folds: 2,
    seed: 1,
    acceptUnmarked: true,
    say: (line) => lines.push(line),
    ...options,
  });
  return { run, lines };
}

Deno.test("ensemble prints exact figures, writes the paper's three files, and they can be submitted", () =>
  inFolder(async (folder) => {
    await writeData(folder);
    await writePredictions(folder);
    const { code, out, error } = await task(
      "ensemble",
      folder,
      ...["--data", "raw", "--folds", "2", "--accept-unmarked"],
    );
    assert.equal(error, "");
    assert.equal(code, 0);
    assert.match(out, /2 models, 4 validation and 3 test galaxies/);
    // √0.015 and √0.005 alone; √0.005 for their mean, √0.00375 for the best blend.
    assert.match(out, /\nfair +0\.12247 +0\.2500 +0\.000000\n/);
    assert.match(out, /\ngood +0\.07071 +0\.7500 +\+0\.051764\n/);
    assert.match(out, /\nuniform +0\.07071 +0\.07071\n/);
    assert.match(out, /\nweighted +0\.06124 +0\.\d{5}\n/);
    assert.match(out, /\nper answer +0\.06124 +0\.\d{5}\n/);
    assert.match(out, /optimistic/);

    const blended = `${folder}/predictions/final/blended`;
    assert.deepEqual(Array.from(Deno.readDirSync(blended), ({ name }) => name).sort(), [
      "blended_predictions.npy.gz",
      "blended_predictions_separate.npy.gz",
      "blended_predictions_uniform.npy.gz",
      "report.html",
    ]);
    for (const [suffix, first] of [["_uniform", 0.4], ["", 0.3], ["_separate", 0.3]] as const) {
      const { shape, data } = await readNpy(`${blended}/blended_predictions${suffix}.npy.gz`);
      assert.deepEqual(shape, [3, 37]);
      assert.ok(data instanceof Float32Array);
      const expected = answers(3, (row) => first + row / 10).data;
      assertAllClose(data, expected, { absolute: 1e-6, relative: 0 });
      const file = `predictions/final/blended/blended_predictions${suffix}`;
      const args = ["--data", "raw", "--prediction", `${file}.npy.gz`];
      assert.equal((await task("submit", folder, ...args)).code, 0);
      const checked = await task("submit", folder, "--data", "raw", "--check", `${file}.csv.gz`);
      assert.match(checked.out, /is a valid submission: 3 galaxies/);
    }
  }));

Deno.test("the report shows all models and blends and needs nothing else", () =>
  inFolder(async (folder) => {
    await writeData(folder);
    await writePredictions(folder);
    await blend(folder).run;
    const page = await Deno.readTextFile(`${folder}/out/report.html`);
    for (const title of ["Networks and blends", "What each network adds", "Weights per answer"]) {
      assert.ok(page.includes(`>${title}</h2>`), title);
    }
    assert.equal(page.match(/<svg /g)?.length, 2 * 4);
    for (const figure of ["0.07071", "0.12247", "0.7500", "0.2500", "0.051764"]) {
      assert.ok(page.includes(figure), figure);
    }
    assert.doesNotMatch(page, /https?:|<script|<link|@import|url\(/);
    assert.match(page, /<th scope="row">8\.3 disturbed<\/th>/);
  }));

Deno.test("one model alone is blended and reported too", () =>
  inFolder(async (folder) => {
    await writeData(folder);
    await writePredictions(folder);
    const { blends } = await blend(folder, { models: ["good", "good"] }).run;
    for (const { weights, rmse } of blends) {
      assert.deepEqual([...weights[36]], [1]);
      assert.ok(Math.abs(rmse - Math.sqrt(0.005)) < 1e-7);
    }
    const page = await Deno.readTextFile(`${folder}/out/report.html`);
    assert.equal(page.match(/<svg /g)?.length, 2 * 3);
    assert.match(page, /An ensemble of 1 network</);
  }));

Deno.test("models are sorted, and what cannot be blended is passed over with a word", () =>
  inFolder(async (folder) => {
    await writePredictions(folder);
    const root = `${folder}/${AUGMENTED}`;
    await writeNpy(`${root}/valid/fair-first-2.npy.gz`, answers(2, () => 0));
    await writeNpy(`${root}/valid/no_test.npy.gz`, answers(4, () => 0));
    await writeNpy(`${root}/test/no_valid.npy.gz`, answers(3, () => 0));
    await Deno.writeTextFile(`${root}/test/good.npy.gz.partial`, "");
    await Deno.writeTextFile(`${root}/test/notes.txt`, "");
    const { models, remarks } = await findPredictions(`${folder}/predictions/final`);
    assert.deepEqual(models.map(({ name }) => name), ["fair", "good"]);
    assert.deepEqual(remarks, [
      `passed over: ${root}/valid/fair-first-2.npy.gz, a part of a prediction`,
      `left out: no_test, because no_test.npy.gz is missing in ${root}/test`,
      `left out: no_valid, because no_valid.npy.gz is missing in ${root}/valid`,
    ]);
    const chosen = await findPredictions(`${folder}/predictions/final`, ["good"]);
    assert.deepEqual(chosen.models.map(({ name }) => name), ["good"]);
    await assertUserError(
      findPredictions(`${folder}/predictions/final`, ["good", "no_test"]),
      `--models asks for no_test, but no_test.npy.gz is missing in ${root}/test. Found: fair, good`,
    );
    await assertUserError(
      findPredictions(`${folder}/predictions/final`, ["great"]),
      /great, but great\.npy\.gz is missing in .*valid and .*test/,
    );
  }));

Deno.test("without predictions of both sets there is nothing to blend", () =>
  inFolder(async (folder) => {
    const root = `${folder}/${AUGMENTED}`;
    await assertUserError(findPredictions(`${folder}/predictions/final`), `${root}/valid has no`);
    await writeNpy(`${root}/test/a.npy.gz`, answers(3, () => 0));
    await assertUserError(
      findPredictions(`${folder}/predictions/final`),
      `${root}/valid has no prediction of all validation galaxies`,
      "deno task predict:extradense",
    );
    await writeNpy(`${root}/valid/b.npy.gz`, answers(4, () => 0));
    await assertUserError(
      findPredictions(`${folder}/predictions/final`),
      /no model has predictions both in .*valid \(b\) and in .*test \(a\)/,
    );
  }));

Deno.test("predictions that cannot be right are refused with file and numbers, and nothing is written", () =>
  inFolder(async (folder) => {
    await writeData(folder);
    await writePredictions(folder);
    const set = (name: string) => `${folder}/${AUGMENTED}/${name}.npy.gz`;
    const changed = (rows: number, index: number, value: number) => {
      const array = answers(rows, () => 0.5);
      array.data[index] = value;
      return array;
    };
    const cases: [string, Parameters<typeof writeNpy>[1], RegExp][] = [
      ["valid/fair", answers(3, () => 0), /fair\.npy\.gz has 3 rows, .* 4 validation galaxies/],
      ["test/good", answers(4, () => 0), /good\.npy\.gz has 4 rows, .* 3 test images/],
      ["valid/good", { shape: [37, 4], data: new Float32Array(148) }, /shape \(37, 4\), .* 37/],
      ["test/fair", { shape: [3, 37], data: new Int32Array(111) }, /fair.* whole numbers/],
      ["valid/fair", changed(4, 40, NaN), /fair.* 1 of 148 .* not finite.* 537, Class2\.1/],
      ["test/fair", changed(3, 0, Infinity), /fair.* 1 of 111 .* not finite.* 9, Class1\.1/],
      ["test/good", changed(3, 110, 1.001), /1 of 111 .* outside \[0, 1\].* 1000, Class11\.6/],
      ["valid/good", changed(4, 2, -0.001), /1 of 148 .* outside \[0, 1\].* 536, Class1\.3/],
    ];
    for (const [name, array, pattern] of cases) {
      const whole = await Deno.readFile(set(name));
      await writeNpy(set(name), array);
      await assertUserError(blend(folder).run, pattern);
      await Deno.writeFile(set(name), whole);
    }
    const whole = await Deno.readFile(set("test/good"));
    await Deno.writeFile(set("test/good"), whole.subarray(0, whole.length - 20));
    await assertUserError(blend(folder).run, /test\/good\.npy\.gz is not a whole gzip file/);
    assert.deepEqual([...Deno.readDirSync(`${folder}/out`)], []);
  }));

Deno.test("float error outside [0, 1] is cut off", () =>
  inFolder(async (folder) => {
    const path = `${folder}/p.npy.gz`;
    const array = answers(1, (_, answer) => answer === 0 ? 1 + 2e-7 : answer === 1 ? -1e-8 : 0.5);
    await writeNpy(path, array);
    const galaxies = { ids: [7], what: "test images", marks: {} };
    const read = (accept: boolean) => readPrediction(path, galaxies, { accept, warn: () => {} });
    assert.deepEqual([...(await read(true)).values.subarray(0, 3)], [1, 0, 0.5]);
    await assertUserError(read(false), "does not say what it was made from");
  }));

/** Writes the predictions again as ours are: with a word of what they were made from. */
async function markPredictions(
  folder: string,
  change: { parameters?: string; ids?: number[] } = {},
) {
  const { parameters = "parameters", ids = TEST_IDS } = change;
  const mark = (text: string): Mark => ({ digest: sha256(text), text });
  const data = { valid: [536, 537, 538, 539], test: ids };
  const folders = { valid: "images_training_rev1", test: "images_test_rev1" };
  for (const set of ["valid", "test"] as const) {
    const real = set === "valid" ? data.valid : TEST_IDS;
    const paths = real.map((id) => `${folder}/raw/${folders[set]}/${id}.jpg`);
    const images = await imagesAtHand(paths);
    for (const name of ["good", "fair"]) {
      const path = `${folder}/${AUGMENTED}/${set}/${name}.npy.gz`;
      const { comment: _, ...array } = await readNpy(path);
      const from = set === "test" && name === "good" ? parameters : "parameters";
      await writeMarkedNpy(path, array, {
        kind: "prediction",
        marks: {
          model: mark(name),
          parameters: mark(from),
          galaxies: galaxiesMark(data[set]),
          images: { ...images, digest: await images.digest() },
          transforms: mark("60"),
        },
        facts: {},
      });
    }
  }
}

Deno.test("predictions are blended for their galaxies and images, from one network, and blends say so", () =>
  inFolder(async (folder) => {
    await writeData(folder);
    await writePredictions(folder);
    const run = () => blend(folder, { acceptUnmarked: false }).run;
    await assertUserError(run(), "does not say what it was made from");
    await markPredictions(folder);
    await run();
    const path = `${folder}/out/blended_predictions.npy.gz`;
    const { provenance } = await readMarkedNpy(path, ["blend"]);
    assert.equal(provenance?.marks.galaxies?.text, "3 galaxies from 9 to 1000");
    assert.equal(provenance?.facts.blend, "weighted");

    await markPredictions(folder, { parameters: "others" });
    await assertUserError(run(), "good.npy.gz do not come from the same network", "parameters");
    await markPredictions(folder, { ids: [9, 101, 1000] });
    await assertUserError(run(), "the galaxies: 3 galaxies from 9 to 1000 (");
    await markPredictions(folder);
    await Deno.writeTextFile(`${folder}/raw/images_test_rev1/100.jpg`, "another");
    await assertUserError(run(), "test/fair.npy.gz", "the images: 3 images");
  }));

Deno.test("too few galaxies for the folds make fewer folds, or are refused", () =>
  inFolder(async (folder) => {
    await writeData(folder);
    await writePredictions(folder);
    const { run, lines } = blend(folder, { folds: 5 });
    assert.equal((await run).folds, 4);
    assert.match(lines.join("\n"), /only 4 folds, because there are only 4 validation galaxies/);
    await inFolder(async (small) => {
      await writeData(small, 19);
      await writePredictions(small);
      await assertUserError(blend(small).run, /19 labelled galaxies and so 1 for validation/);
    });
  }));

Deno.test("a model that is worse than no model is pointed out", () =>
  inFolder(async (folder) => {
    await writeData(folder);
    await writePredictions(folder);
    await writeNpy(`${folder}/${AUGMENTED}/valid/mixed.npy.gz`, answers(4, () => 0.9));
    await writeNpy(`${folder}/${AUGMENTED}/test/mixed.npy.gz`, answers(3, () => 0.9));
    const { run, lines } = blend(folder, { models: ["good", "mixed"] });
    await run;
    assert.match(lines.join("\n"), /warning: mixed is worse than always answering the mean/);
  }));

Deno.test("the command line explains itself and refuses what it does not know", () =>
  inFolder(async (folder) => {
    const help = await task("ensemble", folder, "--help");
    assert.equal(help.code, 0);
    for (const flag of ["data", "predictions", "out", "models", "folds", "seed", "report"]) {
      assert.match(help.out, new RegExp(`--${flag} `));
    }
    const refused = async (pattern: RegExp, ...args: string[]) => {
      const { code, error } = await task("ensemble", folder, ...args);
      assert.equal(code, 1);
      assert.match(error, pattern);
      assert.doesNotMatch(error, /\n\s+at |internal error/);
    };
    await refused(/--model/, "--model", "a");
    await refused(/--folds must be at least 2, not 1/, "--folds", "1");
    await refused(/--models must be names like a,b,c, not "a,,b"/, "--models", "a,,b");
    await refused(/augmented\/valid has no prediction of all validation galaxies/);
  }));
