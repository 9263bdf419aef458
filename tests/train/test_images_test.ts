/** The predictions of the test images with which a training ends. */
import assert from "node:assert/strict";
import { gunzip } from "../../lib/formats/gzip.ts";
import { readNpy } from "../../lib/formats/npy.ts";
import { pythonFloat, readSubmission } from "../../lib/predict/submission.ts";
import { inFolder } from "../data/folder.ts";
import { smallSurvey } from "./small.ts";

const text = new TextDecoder();

/** Starts a task of these tests in a folder. */
function start(folder: string, task: string, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-read",
      "--allow-write",
      new URL(task, import.meta.url).pathname,
      ...args,
    ],
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function run(folder: string, task: string, ...args: string[]) {
  const { code, stdout, stderr } = await start(folder, task, args).output();
  return { code, said: text.decode(stdout), errors: text.decode(stderr) };
}

const train = (folder: string, ...args: string[]) =>
  run(folder, "./small_task.ts", "--data", "survey", "--chunks", "1", ...args);
const submit = (folder: string, ...args: string[]) =>
  run(folder, "../../tasks/submit.ts", "--data", "survey", ...args);

const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
const IMAGES = "survey/images_test_rev1";

function withSurvey(test: (folder: string) => Promise<void>) {
  return inFolder(async (folder) => {
    await smallSurvey(`${folder}/survey`);
    await test(folder);
  });
}

Deno.test("a training ends with a submission of single passes, which submit finds", () =>
  withSurvey(async (folder) => {
    const trained = await train(folder);
    assert.equal(trained.code, 0, trained.errors);
    assert.match(trained.said, /predicting 4 test images in a single pass: about .*--resume/);
    const path = `${folder}/predictions/final/small.csv.gz`;
    const { bytes } = gunzip(Deno.readFileSync(path), path, { limit: 100_000 });
    const rows = text.decode(bytes).split("\r\n").slice(1, -1).map((row) => row.split(","));
    const ids = names(`${folder}/${IMAGES}`).map((name) => parseInt(name)).sort((a, b) => a - b);
    assert.deepEqual(rows.map(([id]) => Number(id)), ids);
    const origin = (await readSubmission(path))!;
    assert.ok(Number(origin.facts.validRmse) > 0 && Number(origin.facts.meanRmse) > 0);

    // The same as of the task that predicts.
    const predicted = await run(
      folder,
      "./small_predict_task.ts",
      "--data",
      "survey",
      "--transforms",
      "1",
    );
    assert.equal(predicted.code, 0, predicted.errors);
    const { data } = await readNpy(`${folder}/predictions/final/single/test/small.npy.gz`);
    assert.deepEqual(
      rows.flatMap(([, ...cells]) => cells),
      Array.from(data as Float32Array, pythonFloat),
    );

    const found = await submit(folder);
    assert.equal(found.code, 0, found.errors);
    assert.match(
      found.said,
      /predictions\/final\/small\.csv\.gz is ready to be submitted: 4 galaxies/,
    );
    assert.match(found.said, /sixty transforms: .*predict:small, then .*submit --prediction /);
    assert.match(
      found.errors,
      /^warning: .*small\.csv\.gz does no better than predicting the mean/,
    );
    const named = await submit(
      folder,
      ...["--prediction", "predictions/final/augmented/test/small.npy.gz"],
    );
    assert.equal(named.code, 1);
    assert.match(named.errors, /is missing, but there is .*single.*ready to be submitted as it is/);

    const [image] = names(`${folder}/${IMAGES}`);
    await Deno.writeTextFile(`${folder}/${IMAGES}/${image}`, "another picture");
    const other = await submit(folder);
    assert.equal(other.code, 1);
    assert.match(other.errors, /was made from something else\. the images: .*--resume/);
  }));

Deno.test("predictions that are missing, damaged or of other parameters are made up for", () =>
  withSurvey(async (folder) => {
    assert.equal((await train(folder, "--out", "run")).code, 0);
    const path = `${folder}/run/small.csv.gz`;
    const whole = await Deno.readFile(path);
    const again = await train(folder, "--out", "run", "--resume");
    assert.match(
      again.said,
      /finished on .*validation RMSE .*\nnothing to do: run\/small\.csv\.gz/,
    );
    assert.match(again.errors, /does no better than predicting the mean/);
    for (const damage of [() => Deno.remove(path), () => Deno.truncate(path, 500)]) {
      await damage();
      const plan = await train(folder, "--out", "run", "--resume", "--dry-run");
      assert.match(plan.said, /would be made now, run\/small\.csv\.gz\. Nothing was written\n$/);
      const made = await train(folder, "--out", "run", "--resume");
      assert.equal(made.code, 0, made.errors);
      assert.match(made.said, /its predictions of the test images are missing.* made now\n/);
      assert.deepEqual(await Deno.readFile(path), whole);
    }
    assert.equal((await train(folder, "--out", "other", "--seed", "7")).code, 0);
    await Deno.copyFile(`${folder}/other/small.csv.gz`, path);
    await train(folder, "--out", "run", "--resume");
    assert.deepEqual(await Deno.readFile(path), whole);
  }));

Deno.test("test images that cannot be used do not harm the training", () =>
  withSurvey(async (folder) => {
    const [image] = names(`${folder}/${IMAGES}`);
    const bytes = await Deno.readFile(`${folder}/${IMAGES}/${image}`);
    await Deno.writeFile(`${folder}/${IMAGES}/${image}`, bytes.subarray(0, 3000));
    const broken = await train(folder, "--out", "run");
    assert.equal(broken.code, 1);
    assert.match(
      broken.errors,
      /training is finished, and run\/params\.safetensors holds its result/,
    );
    assert.match(broken.errors, new RegExp(`error: 1 of 4 images .*${image} is truncated`, "s"));
    assert.doesNotMatch(broken.errors, /\n\s+at |internal error/, "a stack trace");
    await Deno.writeFile(`${folder}/${IMAGES}/${image}`, bytes);
    const mended = await train(folder, "--out", "run", "--resume");
    assert.equal(mended.code, 0, mended.errors);
    assert.ok(names(`${folder}/run`).includes("small.csv.gz"));

    await Deno.writeFile(`${folder}/${IMAGES}/cat.jpg`, bytes);
    const odd = await train(folder, "--out", "odd", "--dry-run");
    assert.equal(odd.code, 0);
    assert.match(odd.errors, /after this training, the test images cannot be predicted.*cat\.jpg/);
  }));

Deno.test("without test images a training says so; a trial has a name of its own", () =>
  withSurvey(async (folder) => {
    const plan = await train(folder, "--out", "plan", "--dry-run");
    assert.match(plan.said, /would then predict 4 test images .*: plan\/small\.csv\.gz\nNothing/);
    const skipped = await train(folder, "--out", "skipped", "--no-test");
    assert.equal(skipped.code, 0);
    assert.ok(!names(`${folder}/skipped`).includes("small.csv.gz"));
    assert.match(
      (await train(folder, "--out", "skipped", "--no-test", "--resume")).said,
      /nothing to do/,
    );
    const trial = ["--limit", "10", "--width", "0.5", "--predictions", "elsewhere"];
    const part = await train(folder, "--out", "part", ...trial);
    assert.equal(part.code, 0, part.errors);
    assert.deepEqual(names(`${folder}/elsewhere`), ["small-width-0.5-first-10.csv.gz"]);

    await Deno.writeTextFile(`${folder}/file`, "");
    const nowhere = await train(folder, "--out", "none", "--predictions", "file/in");
    assert.match(nowhere.errors, /^error: file\/in cannot be written to/m);
    assert.throws(() => Deno.statSync(`${folder}/none`), "before anything is trained");

    await Deno.remove(`${folder}/${IMAGES}`, { recursive: true });
    const without = await train(folder, "--out", "without");
    assert.equal(without.code, 0, without.errors);
    assert.match(without.said, /no test images to predict: survey has no images_test_rev1\n$/);
  }));

Deno.test("Ctrl-C while predicting keeps the training, and --resume predicts", () =>
  withSurvey(async (folder) => {
    // Many images, so that the signal comes before the last.
    const [image] = names(`${folder}/${IMAGES}`);
    for (let id = 1; id <= 600; id++) {
      await Deno.link(`${folder}/${IMAGES}/${image}`, `${folder}/${IMAGES}/${1e6 + id}.jpg`);
    }
    const args = ["--data", "survey", "--chunks", "1", "--out", "run"];
    const process = start(folder, "./small_task.ts", args);
    const errors = process.stderr.pipeTo(new WritableStream());
    let said = "", sent = false;
    for await (const part of process.stdout.pipeThrough(new TextDecoderStream())) {
      said += part;
      if (!sent && said.includes("predicting")) {
        sent = true;
        process.kill("SIGINT");
      }
    }
    await errors;
    assert.equal((await process.status).code, 130);
    assert.match(
      said,
      /stopped; the training is finished.*not predicted yet: go on with --resume\n$/,
    );
    for (let id = 1; id <= 600; id++) await Deno.remove(`${folder}/${IMAGES}/${1e6 + id}.jpg`);
    const resumed = await train(folder, "--out", "run", "--resume");
    assert.equal(resumed.code, 0, resumed.errors);
    assert.ok(names(`${folder}/run`).includes("small.csv.gz"));
  }));
