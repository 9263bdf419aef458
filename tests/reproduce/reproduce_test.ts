import assert from "node:assert/strict";
import { writeNpy } from "../../lib/formats/npy.ts";
import { makeSurvey } from "../../lib/synthetic/survey.ts";
import { MODELS } from "../../lib/galaxy/models/all.ts";
import { inFolder } from "../data/folder.ts";
import { runReal } from "../cli/machine.ts";

const TRAIN = 20, TEST = 3;

async function reproduce(folder: string, ...flags: string[]) {
  // With the task's own permissions: all steps together need no more.
  const { code, out, error } = await runReal(folder, [
    ...["reproduce", "--data", "raw", "--root", ".", "--accept-unmarked"],
    ...["--width", "0.125", "--chunks", "2", "--chunk-size", "64", ...flags],
  ]);
  return { code, output: out + error };
}

/** Parameters as Source Extractor would give them for galaxies near the centre. */
async function writeParameters(folder: string) {
  const rows = { train: TRAIN, test: TEST };
  for (const [set, count] of Object.entries(rows)) {
    const gen2 = Array.from({ length: count }, (_, i) => [212 + i, 214 - i, 30, 20, 45, 5]).flat();
    const gen1 = Array.from(
      { length: count },
      (_, i) => [213 - i, 212 + i, 25, 18, 45, 34, 5, 6.5, 70],
    ).flat();
    const file = (kind: string) => `${folder}/pysex_params_${kind}_${set}.npy.gz`;
    await writeNpy(file("gen2"), { shape: [count, 6], data: Float64Array.from(gen2) });
    await writeNpy(file("extra"), { shape: [count, 9], data: Float64Array.from(gen1) });
  }
}

Deno.test("all seventeen models train, predict, blend and make submissions, at an eighth of the width", () =>
  inFolder(async (folder) => {
    await makeSurvey({ out: `${folder}/raw`, train: TRAIN, test: TEST, seed: 4, workers: 2 });
    await writeParameters(`${folder}/raw`);
    const plan = await reproduce(folder, "--dry-run", "--models", "extradense");
    assert.equal(plan.code, 0, plan.output);
    assert.match(plan.output, /train:extradense.*\n.*predict:extradense/);
    assert.throws(() => Deno.statSync(`${folder}/analysis`), "a dry run writes nothing");

    const first = await reproduce(folder, "--models", "extradense,pysex");
    assert.equal(first.code, 0, first.output);
    assert.match(first.output, /^uniform {5}0\.\d{5} {2}0\.\d{5}$/m, "one line is said at a time");
    assert.match(
      first.output,
      /2 validation galaxies, and what the paper reports\n(.*\n){3}extradense +0\.\d{5} +0\.\d{5} +0\.07671/,
    );
    const all = await reproduce(folder);
    assert.equal(all.code, 0, all.output);
    assert.match(all.output, /train:extradense +was done before/);
    assert.match(all.output, /17 models, 2 validation and 3 test galaxies/);
    for (const { name } of MODELS) {
      Deno.statSync(`${folder}/predictions/final/${name}-width-0.125.csv.gz`);
      for (const set of ["valid", "test"]) {
        Deno.statSync(`${folder}/predictions/final/augmented/${set}/${name}.npy.gz`);
      }
    }
    for (const kind of ["", "_uniform", "_separate"]) {
      Deno.statSync(`${folder}/predictions/final/blended/blended_predictions${kind}.csv.gz`);
    }
    const again = await reproduce(folder);
    assert.equal(again.code, 0, again.output);
    assert.equal(again.output.match(/was done before/g)?.length, 1 + 2 + 2 * 17 + 4);
    // A reproduction of an earlier version, or one that was killed at that moment.
    await Deno.remove(`${folder}/predictions/final/bigger-width-0.125.csv.gz`);
    const mended = await reproduce(folder, "--models", "bigger");
    assert.equal(mended.code, 0, mended.output);
    assert.match(mended.output, /predictions of the test images are missing.* made now/);
    assert.match(mended.output, /predict:bigger +was done before/);
  }));

Deno.test("reproduce explains an unknown model, and stops where a task fails", () =>
  inFolder(async (folder) => {
    const unknown = await reproduce(folder, "--models", "extradance");
    assert.equal(unknown.code, 1);
    assert.match(unknown.output, /there is no model "extradance"; did you mean extradense/);
    const missing = await reproduce(folder);
    assert.equal(missing.code, 1);
    assert.match(missing.output, /check:data ended with exit code 1/);
  }));
